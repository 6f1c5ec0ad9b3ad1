# shellcheck shell=sh
# Without an argument: the gateway. With `check`: hermes checks its configuration. Otherwise: hermes' own commands, for the
# operator, such as `sudo -u agent /opt/agent/run pairing list`.
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
umask 77
export HERMES_HOME=~/.hermes
mkdir -p ~/.hermes ~/work
# For an agent without root the unit mounts these files; otherwise they are links, made again at every start. Other
# commands don't make them: they run outside the unit, and removing a file would remove the unit's mount.
# shellcheck disable=SC3013
[ $# != 0 ] || for file in .env config.yaml SOUL.md; do
  [ ~/.hermes/$file -ef /etc/hermes/$file ] || { rm -rf ~/.hermes/$file && ln -s /etc/hermes/$file ~/.hermes; } || exit
done
here=/opt/agent/current
export PYTHONPATH="$here:$here/site"
cd ~/work || exit
# The profile by name: otherwise a file in the agent's home would choose it.
hermes() { exec "$here"/python/cpython-*/bin/python3 -m hermes_cli.main -p default "$@"; }
[ $# != 0 ] || set -- gateway run
[ "$1" = check ] || hermes "$@"
# Hermes ignores an unreadable configuration and uses defaults, under which a model approves commands.
said=$(hermes config get approvals.mode 2>&1)
[ "$said" = manual ] || { echo "$said" && exit 1; }
