# shellcheck shell=bash
# Installs /run/stand-in in place of a runtime that the rehearsal's mirror can't serve. It waits for the last file that the
# user data writes, which comes before any unit that the user data starts. A directory with the installation's name counts
# as the installation; start script and settings stay those of the kit.
set -eu
written=/etc/systemd/system/agent.slice.d/cpu.conf
for ((second = 0; second < 1000; second++)); do
  [ ! -e "$written" ] || break
  sleep 1
done
[ -e "$written" ]
# shellcheck disable=SC1091
. /etc/airlock/agent.env
version=/opt/agent/versions/$RUNTIME-$(sha256sum </usr/lib/airlock/install | cut -c-12)
mkdir -p "$version"
# RUNTIME is the name followed by the version.
case $RUNTIME in
  claude-code*) program=claude ;;
  codex*) program=vendor/stand-in/bin/codex ;;
  openclaw*) program=bin/node ;;
  hermes*) program=python/cpython-stand-in/bin/python3 ;;
  *) exit ;;
esac
install -D -m 755 /run/stand-in "$version/$program"
