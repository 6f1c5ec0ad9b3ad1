# shellcheck shell=sh
# Without an argument the gateway; with `check` the judgement of its configuration; else hermes' own commands, for the
# operator: `sudo -u agent /opt/agent/run pairing list`.
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
umask 77
export HERMES_HOME=~/.hermes
mkdir -p ~/.hermes ~/work
# The unit mounts them there when the agent has no root; else they are links, made anew at every start. Not by other
# commands: those run beside the unit, and what they took away would lose its mount in there.
# shellcheck disable=SC3013
[ $# != 0 ] || for file in .env config.yaml SOUL.md; do
  [ ~/.hermes/$file -ef /etc/hermes/$file ] || { rm -rf ~/.hermes/$file && ln -s /etc/hermes/$file ~/.hermes; } || exit
done
here=/opt/agent/current
export PYTHONPATH="$here:$here/site"
cd ~/work || exit
# The profile by name: hermes would else take the one that a file in the agent's home says.
hermes() { exec "$here"/python/cpython-*/bin/python3 -m hermes_cli.main -p default "$@"; }
[ $# != 0 ] || set -- gateway run
[ "$1" = check ] || hermes "$@"
# One that it can't read is none to it: it goes on with its defaults, by which a model approves commands.
said=$(hermes config get approvals.mode 2>&1)
[ "$said" = manual ] || { echo "$said" && exit 1; }
