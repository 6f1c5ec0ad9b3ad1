#!/usr/bin/env bash
# Upgrades the box to the release of Amazon Linux in the first line of the request, and goes back to the one in the second
# line when the upgrade fails or the box is worse than before. It saves each step before it takes it, so after a power loss
# it continues there at the next boot. Warden writes the request, and reports whether the box is no worse than before.
set -uo pipefail

readonly root=${AIRLOCK_ROOT:-}
readonly state=$root/var/lib/airlock
readonly request=$state/system-upgrade progress=$state/system-step
readonly sound=$root/run/airlock/system-sound
readonly window=${AIRLOCK_UPGRADE_WINDOW:-600} pause=${AIRLOCK_UPGRADE_PAUSE:-60}

main() {
  [[ -s $request ]] || exit 0
  next='' previous=''
  { read -r next && read -r previous; } <"$request"
  local one
  for one in "$next" "$previous"; do
    [[ $one =~ ^2023\.[0-9]{1,3}\.[0-9]{8}$ ]] || { event refused; finish; exit 0; }
  done
  step=begin kernel=$(uname --kernel-release) before=$(packages) transaction=
  [[ ! -s $progress ]] || read -r step kernel before transaction <"$progress"
  [[ $step =~ ^(begin|upgrading|proving|undoing|proving_undone)$ ]] || step=upgrading
  while :; do "step_$step"; done
}

step_begin() {
  if [[ $(release) != "$previous" ]] || ! log_agent_runs; then end unavailable; fi
  event begins
  go upgrading
}

step_upgrading() {
  if repair "$next" && with "$next" upgrade && stands_at "$next"; then
    event installed
    transaction=$(dnf --quiet history list | awk '$1 ~ /^[0-9]+$/ { print $1; exit }')
    go proving
    restart || go undoing
  elif [[ $(packages) == "$before" ]]; then
    end unavailable
  else
    event failed
    go undoing
  fi
}

step_proving() {
  if proves_itself "$next"; then end proven; fi
  event unproven
  go undoing
}

step_undoing() {
  remember_bad
  local try
  for try in 1 2 3 4 5; do
    if repair "$next" && put_back && stands_at "$previous" && boot_kernel; then
      go proving_undone
      restart || shut
      return
    fi
    [[ $try == 5 ]] || sleep "$pause"
  done
  shut
}

step_proving_undone() {
  if proves_itself "$previous"; then end undone; fi
  shut
}

with() {
  dnf --assumeyes --quiet --releasever="$1" "${@:2}"
}

# dnf undoes a finished transaction by its number, replaced packages and kernel included. It refuses that for an unfinished
# one: then distro-sync installs the packages of the release before. Never `history rollback`: run twice, after a power
# loss, it removes packages.
put_back() {
  { [[ $transaction ]] && with "$previous" --setopt=protect_running_kernel=False history undo "$transaction"; } ||
    with "$previous" distro-sync --allowerasing
}

# A power loss during a transaction leaves packages in two versions: dnf installs the newer one again.
repair() {
  dnf check --duplicates >/dev/null 2>&1 || with "$1" remove --duplicates
}

release() {
  rpm --query --queryformat '%{VERSION}' system-release
}

packages() {
  rpm --query --all | LC_ALL=C sort | sha256sum | cut --delimiter=' ' --fields=1
}

# The packages that a box needs are installed, in one version, and Node.js starts.
stands_at() {
  [[ $(release) == "$1" ]] &&
    dnf check --duplicates >/dev/null 2>&1 &&
    rpm --query --quiet nodejs22 amazon-cloudwatch-agent &&
    "$root/opt/airlock/bin/node" --version >/dev/null
}

boot_kernel() {
  [[ ! -e $root/boot/vmlinuz-$kernel ]] || grubby --set-default="$root/boot/vmlinuz-$kernel"
}

log_agent_runs() {
  systemctl is-active --quiet amazon-cloudwatch-agent.service
}

restart() {
  rm -f "$sound"
  # Writes the kit's files again, because a package may have replaced some.
  "$root/opt/airlock/bin/node" "$root/opt/airlock/warden/current/warden.cjs" install || return 1
  if ! dnf needs-restarting --reboothint >/dev/null 2>&1; then
    event restarts
    systemctl reboot
    exit 0
  fi
  local services
  mapfile -t services < <(
    dnf --quiet needs-restarting --services | grep --invert-match --extended-regexp '^(airlock-|iron-proxy)'
  )
  [[ ${#services[@]} == 0 ]] || systemctl try-restart "${services[@]}"
  systemctl restart airlock-warden.service
}

proves_itself() {
  local second
  for ((second = 0; second < window; second++)); do
    if [[ -f $sound && $(<"$sound") == "$1" ]] && log_agent_runs; then return 0; fi
    sleep 1
  done
  return 1
}

remember_bad() {
  write "$state/bad-release" "$next"
}

# The state of this system is unknown: iron-proxy stays stopped until a person has repaired it.
shut() {
  write "$state/system-broken" "$next"
  systemctl stop iron-proxy@a.service iron-proxy@b.service
  end shut
}

go() {
  step=$1
  write "$progress" "$step $kernel $before $transaction"
}

end() {
  event "$1"
  finish
  exit 0
}

finish() {
  rm -f "$request" "$progress" "$sound"
}

write() {
  echo "$2" >"$1.new" && sync "$1.new" && mv "$1.new" "$1" && sync "$state"
}

# A line for the audit log group, where the package manager's output goes too.
event() {
  printf '{"time":"%s","event":"system-upgrade","step":"%s","to":"%s","from":"%s"}\n' \
    "$(date --utc +%FT%TZ)" "$1" "${next//[!0-9.]/}" "${previous//[!0-9.]/}"
}

# bash handles systemd's signal between two commands.
trap 'exit 0' TERM
main
