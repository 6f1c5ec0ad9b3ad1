# shellcheck shell=sh
# shellcheck disable=SC2034 # another part of the boothook uses it
# The agent host's configuration, applied whole at every boot: cloud-init runs a boothook each time, right after it
# read the user data afresh, before sysinit.target and so before sshd, timers, package tools and anything of the
# agent's. Nothing here is enabled in systemd: only a run that came to its end starts the agent's units, so a
# configuration that could not be applied leaves the agent off.
set -eu
umask 022
# Tests run this in a directory of their own.
R=${AIRLOCK_ROOT:-}
U=/etc/systemd/system
changed=
step=start
mkdir -p "$R/run/airlock"
# One line on the console and in the journal: older cloud-init swallows a boothook's output.
say() { echo "<3>airlock: $*" >>"$R/dev/kmsg"; }
fail() {
  step=$*
  exit 1
}
trap '[ $? = 0 ] || say "NOT CONFIGURED, the agent stays off: $step"' EXIT
# put MODE PATH...: the files are what comes on stdin. An unchanged one is not written again, so that a full disk
# does not keep a configured machine from booting.
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
