#!/bin/bash
# Replaces systemd on the lab's proxy boxes, for the units that warden starts and stops. It reads the real unit file
# and applies Type=oneshot, Requires, ExecStart, ExecReload, User, Environment, EnvironmentFile, UnsetEnvironment,
# ConditionPathExists, LimitNOFILE, AmbientCapabilities, StandardOutput and StandardError. It applies no sandboxing, no
# memory limits and no Restart.
name=${*: -1}
instance=${name#*@}
instance=${instance%%.*}
unit=/etc/systemd/system/${name/@$instance/@}
pidfile=/run/${name%.service}.pid
case "$1" in daemon-reload | reset-failed) exit 0 ;; esac
[ -e "$unit" ] || { echo "the lab's systemctl does not know: $*" >&2 && exit 1; }
# One at a time for each unit: a warden that was killed may have left one running.
exec 9>"/run/lab-$name.lock"
flock 9
values() { sed -n "s/^$1=//p" "$unit" | sed "s/%i/$instance/g"; }
# It exists until its last thread has ended; process 1 of the box reaps it.
active() { [ -s "$pidfile" ] && { oneshot || kill -0 "$(cat "$pidfile")" 2>/dev/null; }; }
oneshot() { [ "$(values Type)" = oneshot ]; }
stop() {
  active || return 0
  pid=$(cat "$pidfile")
  oneshot || kill "$pid"
  tries=0
  while ! oneshot && active && [ "$tries" -lt 150 ]; do
    sleep 0.1
    tries=$((tries + 1))
    [ "$tries" -ne 20 ] || kill -9 "$pid"
  done
  rm -f "$pidfile"
}
written() {
  case $1 in append:* | truncate:*) echo "${1#*:}" ;; *) echo /dev/null ;; esac
}
start() {
  for path in $(values ConditionPathExists); do
    case $path in
      !*) [ ! -e "${path#!}" ] || return 0 ;;
      *) [ -e "$path" ] || return 0 ;;
    esac
  done
  for needed in $(values Requires); do "$0" start "$needed" || return 1; done
  if oneshot; then
    eval "$(values ExecStart)" >"$(written "$(values StandardOutput)")" || return
    [ -z "$(values RemainAfterExit)" ] || echo 1 >"$pidfile"
    return 0
  fi
  # shellcheck disable=SC2046
  (
    # A machine may allow less than the unit asks for.
    limit=$(values LimitNOFILE)
    ulimit -n "${limit:-4096}" 2>/dev/null || ulimit -n "$(ulimit -Hn)"
    set -a
    # shellcheck disable=SC1090
    for file in $(values EnvironmentFile); do . "$file"; done
    for pair in $(values Environment); do eval "$pair"; done
    unset $(values UnsetEnvironment)
    set +a
    cd /
    user=$(values User)
    caps=$(values AmbientCapabilities | sed 's/CAP_/,+/' | tr '[:upper:]' '[:lower:]')
    eval "set -- $(values ExecStart)"
    exec setsid setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --bounding-set="-all$caps" \
      --inh-caps="-all$caps" --ambient-caps="-all$caps" \
      "$@" </dev/null >>"$(written "$(values StandardOutput)")" \
      2>>"$(written "$(values StandardError)")" 9>&-
  ) &
  echo $! >"$pidfile"
}
reload() {
  [ -n "$(values ExecReload)" ] || { stop && start && return; }
  # ExecReload names it.
  export MAINPID
  MAINPID=$(cat "$pidfile") && eval "$(values ExecReload)"
}
case "$1" in
  is-active) active ;;
  stop) stop ;;
  start) active || start ;;
  restart) stop && start ;;
  reload-or-restart) if active; then reload; else start; fi ;;
  *) echo "the lab's systemctl does not know: $*" >&2 && exit 1 ;;
esac
