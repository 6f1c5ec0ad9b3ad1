# shellcheck shell=sh
# Finds the state volume, makes a file system if it never had one, checks it, and links it as /run/airlock/state. It never
# formats a volume that is damaged or unclear: better no agent than an agent without its memory.
R=${AIRLOCK_ROOT:-}
# shellcheck disable=SC1091
. "$R/etc/airlock/agent.env"
made=$R/etc/airlock/state
refuse() {
  echo "airlock: STATE VOLUME REFUSED, the agent stays off: $*"
  exit 1
}
root=$(lsblk -lnspo NAME,TYPE "$(findmnt -nvo SOURCE /)" | awk '$2 == "disk" { print $1 }')
[ -n "$root" ] || refuse 'which disk is the root disk?'
# CloudFormation attaches the volume while the machine runs, so it may appear late. An EBS disk's serial number is its volume
# id; an instance store disk's isn't.
until
  # shellcheck disable=SC2046
  set -- $(lsblk -dnpo NAME,SERIAL | awk -v root="$root" '$2 ~ /^vol/ && $1 != root')
  [ $# != 0 ]
do
  echo "airlock: waiting for the state volume ($STATE_DEVICE)"
  sleep 15
done
[ $# = 2 ] || refuse "more than one: $*"
type=$(blkid -p -o value -s TYPE "$1")
case $?$type in
  0ext4) ;;
  2)
    # blkid also returns 2 when it can't read. ext4 has its first spare superblock at block 32768, magic number ef53.
    case $(dd if="$1" bs=4096 skip=32768 count=1 2>/dev/null | od -An -tx1 -j56 -N2) in
      '' | ' 53 ef') refuse "$*: unreadable, or lost its superblock" ;;
    esac
    ! grep -qsx "$2" "$made" || refuse "$*: held a file system and is blank"
    mkfs.ext4 -q -b 4096 -L agent-state "$1" || refuse "$*: mkfs failed"
    echo "airlock: made the file system of $*"
    ;;
  *) refuse "$*: holds ${type:-something unclear}, not ext4" ;;
esac
e2fsck -p "$1"
# 1 and 2: repaired. From 4 on: not repaired.
[ $? -lt 4 ] || refuse "$*: damaged; run e2fsck by hand or restore a backup"
echo "$2" >"$made"
ln -sfn "$1" "$R/run/airlock/state"
