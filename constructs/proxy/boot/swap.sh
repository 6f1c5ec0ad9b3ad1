#!/usr/bin/env bash
# Turns on one swap file of a fixed size on the root volume, which is encrypted with the agent's key. A file of another
# size, or an incomplete one, is replaced.
set -euo pipefail

readonly file=${AIRLOCK_ROOT:-}/var/lib/airlock/swap
readonly mib=512

if swapon --noheadings --raw --show=NAME | grep --quiet --line-regexp --fixed-strings "$file"; then
  exit 0
fi
if [[ ! -f $file || $(stat --format=%s "$file") -ne $((mib * 1048576)) ]]; then
  rm --force "$file" "$file.new"
  # Written in full: swap accepts no file with holes.
  (umask 077 && dd if=/dev/zero of="$file.new" bs=1M count="$mib" conv=fsync status=none)
  mkswap "$file.new" >/dev/null
  mv "$file.new" "$file"
fi
swapon "$file"
