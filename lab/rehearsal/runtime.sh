# shellcheck shell=bash
# A runtime that stays and does nothing, in the place of the configured one, whose packages no rehearsal has: put there
# when the user data has written its last file, which is before any unit it starts. A kit that installs runtimes takes a directory of the installation's name for
# the installation; everything else about the runtime, its own start script included, is then the kit's.
set -eu
stand_in() {
  mkdir -p "$(dirname "$1")"
  # Judging a configuration ends; everything else stays.
  cat >"$1" <<'END'
#!/bin/sh
case " $* " in *' check '* | *' doctor '* | *' validate '* | *' --print-startup-config '*) exit 0 ;; esac
exec sleep infinity
END
  chmod 755 "$1"
}
written=/etc/systemd/system/agent.slice.d/cpu.conf
for ((second = 0; second < 400; second++)); do
  [ ! -e "$written" ] || break
  sleep 1
done
[ -e "$written" ]
if [ -x /usr/lib/airlock/install ]; then
  # shellcheck disable=SC1091
  . /etc/airlock/agent.env
  version=/opt/agent/versions/$RUNTIME-$(sha256sum </usr/lib/airlock/install | cut -c-12)
  mkdir -p "$version"
  # Its version follows the name.
  case $RUNTIME in
    claude-code*) stand_in "$version/claude" ;;
    codex*) stand_in "$version/vendor/stand-in/bin/codex" ;;
    openclaw*) stand_in "$version/bin/node" ;;
    hermes*) stand_in "$version/python/cpython-stand-in/bin/python3" ;;
  esac
else
  stand_in /opt/agent/run
fi
