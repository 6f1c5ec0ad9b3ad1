#!/usr/bin/env bash
# Moves the box to the release of Amazon Linux in the first line of the request, and back to the one in the second when
# it fails or does not prove itself. Each step is written down before it is taken, so that a box that lost power goes
# on there at its next boot. Warden only asks for it, and says whether it sees its box no worse than before.
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

# A transaction that came to its end is undone by its number, replaced packages and kernel included. One that did not is
# refused there, and the packages of the release before take the place of what is. Never `history rollback`: a second
# one, after a loss of power, removes packages.
put_back() {
  { [[ $transaction ]] && with "$previous" --setopt=protect_running_kernel=False history undo "$transaction"; } ||
    with "$previous" distro-sync --allowerasing
}

# A transaction that lost power leaves packages in two versions: the newer one is installed once more, whole.
repair() {
  dnf check --duplicates >/dev/null 2>&1 || with "$1" remove --duplicates
}

release() {
  rpm --query --queryformat '%{VERSION}' system-release
}

packages() {
  rpm --query --all | LC_ALL=C sort | sha256sum | cut --delimiter=' ' --fields=1
}

# What a box can't do without is there, in one version, and starts.
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
  # Whatever a package has written over is the kit's again.
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

# Nothing is known about this system any more: the agent gets no way out until a person has looked at it.
shut() {
  write "$state/system-broken" "$next"
  systemctl stop iron-proxy.service
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

# A line of the audit log group, as are the package manager's own words.
event() {
  printf '{"time":"%s","event":"system-upgrade","step":"%s","to":"%s","from":"%s"}\n' \
    "$(date --utc +%FT%TZ)" "$1" "${next//[!0-9.]/}" "${previous//[!0-9.]/}"
}

# systemd's signal takes effect between two commands.
trap 'exit 0' TERM
main
