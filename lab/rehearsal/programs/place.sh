# shellcheck shell=bash
# Puts /run/stand-in in the place of a runtime that nothing is to install, when the user data has written its last file,
# which is before any unit that it starts. A directory of the installation's name counts as the installation; the kit's
# own start script and everything else about the runtime stay the kit's.
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
# Its version follows the name.
case $RUNTIME in
  claude-code*) program=claude ;;
  codex*) program=vendor/stand-in/bin/codex ;;
  openclaw*) program=bin/node ;;
  hermes*) program=python/cpython-stand-in/bin/python3 ;;
  *) exit ;;
esac
install -D -m 755 /run/stand-in "$version/$program"
