#!/usr/bin/env bash
# Switches to the warden in the first line of the upgrade file, and waits until it reports that the box is no worse than
# before. Otherwise it goes back to the warden in the second line, and remembers the first as bad. This is a script of its
# own, because a program can't be trusted to judge its own failure.
set -euo pipefail

readonly root=${AIRLOCK_ROOT:-}
readonly state=$root/var/lib/airlock
readonly wardens=$root/opt/airlock/warden
readonly sound=$root/run/airlock/sound
readonly window=${AIRLOCK_UPGRADE_WINDOW:-180}

use() {
  local link=$wardens/.current.$$
  ln --symbolic --force --no-dereference "$1" "$link" &&
    mv --no-target-directory "$link" "$wardens/current" &&
    "$root/opt/airlock/bin/node" "$wardens/$1/warden.cjs" install &&
    systemctl restart airlock-warden.service
}

proves_itself() {
  local second
  for ((second = 0; second < window; second++)); do
    [[ ! -f $sound || $(<"$sound") != "$1" ]] || return 0
    sleep 1
  done
  return 1
}

[[ -s $state/upgrade ]] || exit 0
{ read -r next && read -r previous; } <"$state/upgrade"
for digest in "$next" "$previous"; do
  [[ $digest =~ ^[0-9a-f]{64}$ ]] || { echo "the upgrade file is damaged" >&2; rm -f "$state/upgrade"; exit 0; }
done

known_bad=
[[ ! -f $state/bad-warden ]] || known_bad=$(<"$state/bad-warden")
rm -f "$sound"
if [[ $known_bad != "$next" ]] && use "$next" && proves_itself "$next"; then
  echo "warden $next has taken over"
else
  echo "warden $next did not prove itself: back to $previous" >&2
  echo "$next" >"$state/bad-warden.new"
  mv "$state/bad-warden.new" "$state/bad-warden"
  use "$previous"
fi
rm -f "$state/upgrade" "$sound"
