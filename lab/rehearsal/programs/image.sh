#!/bin/sh
# Makes the disk of the virtual machine: Debian with the packages of Debian's own EC2 image that the boot scripts use, as
# a partitioned ext4 disk. Kernel and initial ramdisk lie beside it, so no boot loader is needed.
# Run it in its own mount namespace: its mounts end with that.
# $1: release; $2: address of a Debian archive; $3: keyring; $4: output directory; $5: this directory
set -eu
suite=$1 mirror=$2 keyring=$3 out=$4 from=$5
root=$out/root
packages=systemd,systemd-sysv,systemd-resolved,libnss-resolve,dbus,udev,kmod,procps,iproute2,netplan.io,netbase
packages=$packages,cloud-init,cloud-guest-utils,python3-cffi-backend,fdisk,e2fsprogs,util-linux,zstd
packages=$packages,linux-image-cloud-amd64,initramfs-tools,openssh-server,ca-certificates,curl,openssl,sudo
packages=$packages,chrony,unattended-upgrades,apt-utils,bash-completion,less,nano-tiny,locales
# cloud-init's DHCP client for the time before networkd runs; it differs by release.
case $suite in
  bookworm) packages=$packages,isc-dhcp-client ;;
  *) packages=$packages,dhcpcd-base ;;
esac

debootstrap --variant=minbase --merged-usr --keyring="$keyring" --include="$packages" "$suite" "$root" "$mirror"

echo "I: Setting the image up"
mount -t proc proc "$root/proc"
cp "$from/guest.py" "$root/usr/local/lib/airlock-rehearsal.py"
cp "$from/airlock-rehearsal.service" "$root/etc/systemd/system/"
cp "$from/airlock-rehearsal.rules" "$root/etc/udev/rules.d/90-airlock-rehearsal.rules"
# Two entries, so that cloud-init must detect its datasource, as on EC2.
echo 'datasource_list: [ Ec2, None ]' >"$root/etc/cloud/cloud.cfg.d/90_dpkg.cfg"
echo 'LABEL=root / ext4 rw,discard,errors=remount-ro 0 1' >"$root/etc/fstab"
echo localhost >"$root/etc/hostname"
chroot "$root" systemctl -q enable systemd-networkd systemd-resolved airlock-rehearsal

# Steps that are slow in an emulator and that no boot script depends on: growing the root disk, compiling a locale, RSA
# keys, and most public authorities (update-ca-certificates starts several processes for each).
cat >"$root/etc/cloud/cloud.cfg.d/80_rehearsal.cfg" <<'END'
growpart: { mode: "off" }
resize_rootfs: false
locale: C.UTF-8
ssh_genkeytypes: [ed25519]
END
chroot "$root" systemctl -q mask e2scrub_reap.service
grep '^mozilla' "$root/etc/ca-certificates.conf" | head -n 10 >"$out/authorities"
mv "$out/authorities" "$root/etc/ca-certificates.conf"
chroot "$root" update-ca-certificates --fresh >/dev/null

printf '%s\n' nvme ext4 virtio_pci virtio_net virtio_console >"$root/etc/initramfs-tools/modules"
echo MODULES=list >"$root/etc/initramfs-tools/conf.d/rehearsal"
chroot "$root" update-initramfs -u
umount "$root/proc"
cp -L "$root"/boot/vmlinuz-* "$out/vmlinuz"
cp -L "$root"/boot/initrd.img-* "$out/initrd"
chroot "$root" dpkg-query -W >"$out/packages"

# Debian's images have none of these: each machine makes its own at its first boot.
rm -f "$root"/etc/ssh/ssh_host_* "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*_*
: >"$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

echo "I: Writing the disk"
size=3072
truncate -s "${size}M" "$out/disk"
echo 'start=1MiB, type=linux, name=root' | sfdisk -q --label gpt "$out/disk"
# One MiB before the partition, one after it for the second partition table.
mkfs.ext4 -q -L root -d "$root" -E offset=1048576 "$out/disk" "$((size - 2))M"
rm -rf --one-file-system "$root"
