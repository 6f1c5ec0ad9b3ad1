#!/bin/sh
# A proxy box: its own root file system, layered over this machine's, in mounts that only its processes see and that end
# with them. All writes go to memory.
# $1: what the build made; $2: Node.js
set -eu
mount -t tmpfs -o mode=755 lab /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work lab /mnt/root
cd /mnt/root
for directory in proc dev run tmp sys; do mkdir -p "$directory"; done
mount -t proc lab proc
# A box must not change settings of the whole machine.
mount --bind -o ro proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount --rbind /dev dev
mount -t tmpfs -o mode=755 lab run
mount -t tmpfs -o mode=1777 lab tmp
mkdir -p run/lab
touch run/lab/node
mount --bind "$2" run/lab/node
mkdir run/lab/dist
mount --bind "$1" run/lab/dist
# This shell is process 1 and stays: it reaps orphaned processes.
chroot . /run/lab/node /run/lab/dist/lab/worker.cjs
