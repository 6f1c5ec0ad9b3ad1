#!/bin/bash
# Replaces systemd on the lab's proxy boxes, for the one unit that warden starts and stops. It reads the real unit file
# and applies ExecStart, User, Environment, EnvironmentFile, UnsetEnvironment, ConditionPathExists, LimitNOFILE and
# StandardError. It applies no sandboxing, no memory limits and no Restart.
unit=/etc/systemd/system/iron-proxy.service
pidfile=/run/iron-proxy.pid
# One at a time: a warden that was killed may have left one running.
exec 9>/run/lab-systemctl.lock
flock 9
values() { sed -n "s/^$1=//p" "$unit"; }
# It exists until its last thread has ended; process 1 of the box reaps it.
active() { [ -s "$pidfile" ] && kill -0 "$(cat "$pidfile")" 2>/dev/null; }
stop() {
  active || return 0
  pid=$(cat "$pidfile")
  kill "$pid"
  tries=0
  while active && [ "$tries" -lt 150 ]; do
    sleep 0.1
    tries=$((tries + 1))
    [ "$tries" -ne 20 ] || kill -9 "$pid"
  done
  rm -f "$pidfile"
}
start() {
  for path in $(values ConditionPathExists); do
    case $path in
      !*) [ ! -e "${path#!}" ] || return 0 ;;
      *) [ -e "$path" ] || return 0 ;;
    esac
  done
  log=$(values StandardError)
  # shellcheck disable=SC2046
  (
    # A machine may allow less than the unit asks for.
    ulimit -n "$(values LimitNOFILE)" 2>/dev/null || ulimit -n "$(ulimit -Hn)"
    set -a
    # shellcheck disable=SC1090
    . "$(values EnvironmentFile)"
    for pair in $(values Environment); do eval "$pair"; done
    unset $(values UnsetEnvironment)
    set +a
    cd /
    user=$(values User)
    # shellcheck disable=SC2086
    exec setsid setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --bounding-set=-all,+net_bind_service \
      --inh-caps=-all,+net_bind_service --ambient-caps=-all,+net_bind_service \
      $(values ExecStart) </dev/null >/dev/null 2>>"${log#append:}" 9>&-
  ) &
  echo $! >"$pidfile"
}
case "$1 ${2-} ${3-}" in
  "is-active "*iron-proxy*) active ;;
  "stop iron-proxy.service "*) stop ;;
  "start iron-proxy.service "*) active || start ;;
  "restart iron-proxy.service "*) stop && start ;;
  "reset-failed "* | "daemon-reload "*) ;;
  *) echo "the lab's systemctl does not know: $*" >&2 && exit 1 ;;
esac
