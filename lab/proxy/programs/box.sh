#!/bin/sh
# A proxy box: a root of its own over this machine's, in mounts that only the processes of this namespace see, and that
# end with them. What runs inside writes to memory alone.
# $1: what the build made; $2: Node.js
set -eu
mount -t tmpfs -o mode=755 lab /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work lab /mnt/root
cd /mnt/root
for directory in proc dev run tmp sys; do mkdir -p "$directory"; done
mount -t proc lab proc
# Settings of the whole machine are not a box's to change.
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
# This shell stays, as the first process of its own: it buries what loses its parent.
chroot . /run/lab/node /run/lab/dist/lab/worker.cjs
