# shellcheck shell=sh
# Without an argument the gateway; with `check` the judgement of its configuration; else openclaw's own commands, for
# the operator: `sudo -u agent /opt/agent/run pairing list telegram`.
# shellcheck disable=SC1091
. /etc/airlock/agent.env
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
# openclaw.json names these.
export PROXY PROVIDER="${MODEL%%/*}" TOOLS="${TOOLS:-messaging}"
# A plugin named twice is named once.
export CHANNEL="${CHANNEL:-$PROVIDER}"
export OPENCLAW_CONFIG_PATH=/etc/airlock/openclaw.json OPENCLAW_NO_RESPAWN=1
umask 77
mkdir -p ~/.openclaw/workspace
token=~/.openclaw/token
if [ $# = 0 ]; then
  # A new token at every start; it opens the gateway on loopback, and nothing else.
  head -c 32 /dev/urandom | base64 >$token
  install -m 444 /etc/airlock/SOUL.md ~/.openclaw/workspace
  set -- gateway
fi
[ "$1" != check ] || set -- config validate
cd /opt/agent/current || exit
OPENCLAW_GATEWAY_TOKEN=$(cat $token) exec bin/node node_modules/openclaw/openclaw.mjs "$@"
