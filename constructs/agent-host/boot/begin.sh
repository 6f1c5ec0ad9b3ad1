# shellcheck shell=sh
# shellcheck disable=SC2034 # another part of the boothook uses it
# The agent host's configuration, applied in full at every boot: cloud-init runs a boothook each time, right after it has
# read the user data, before sysinit.target and so before sshd, timers, package tools and everything of the agent's.
# Nothing here is enabled in systemd: only a run that reaches its end starts the agent's units. So the agent stays off when
# its configuration can't be applied.
set -eu
umask 022
# Tests set this to a directory of theirs.
R=${AIRLOCK_ROOT:-}
U=/etc/systemd/system
changed=
step=start
mkdir -p "$R/run/airlock"
# One line on the console and in the journal: older versions of cloud-init discard a boothook's output.
say() { echo "<3>airlock: $*" >>"$R/dev/kmsg"; }
fail() {
  step=$*
  exit 1
}
trap '[ $? = 0 ] || say "NOT CONFIGURED, the agent stays off: $step"' EXIT
# put MODE PATH...: writes stdin to each file. It doesn't write an unchanged file again, so a configured machine boots with a
# full disk.
put() {
  mode=$1
  shift
  cat >"$R/run/airlock/new"
  for f; do
    step="writing $f"
    [ ! -L "$R$f" ] && cmp -s "$R/run/airlock/new" "$R$f" && continue
    install -D -m "$mode" "$R/run/airlock/new" "$R$f"
    changed=1
  done
}
drop() { for f; do rm -f "$R$f"; done; }
