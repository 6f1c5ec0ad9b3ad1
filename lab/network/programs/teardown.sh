#!/bin/sh
# Waits until the lab that started it ends (its end of the pipe closes, by kill -9 too). Then it removes every namespace
# of the lab, and ends what runs in them.
# $1: prefix of its namespaces' names; $2: lock file; $3: its process id; $4: its directory of files, if it has one
set -u
cat >/dev/null
ip netns list | while read -r name _; do
  case $name in
    "$1"*)
      for pid in $(ip netns pids "$name"); do kill -9 "$pid" 2>/dev/null; done
      ip netns delete "$name"
      ;;
  esac
done
if grep -q "\"pid\":\"$3\"" "$2" 2>/dev/null; then rm -f "$2"; fi
case ${4-} in
  */airlock-lab-*) rm -rf "$4" ;;
esac
