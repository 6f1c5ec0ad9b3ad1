# shellcheck shell=sh
# Without an argument the gateway; with `check` the judgement of its configuration; else openclaw's own commands, for
# the operator: `sudo -u agent /opt/agent/run pairing list telegram`.
# shellcheck disable=SC1091
. /etc/airlock/agent.env
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
# What openclaw.json names.
export PROXY PROVIDER="${MODEL%%/*}" TOOLS="${TOOLS:-messaging}"
export OPENCLAW_CONFIG_PATH=/etc/airlock/openclaw.json OPENCLAW_NO_RESPAWN=1
umask 77
token=~/.openclaw/gateway-token
if [ $# = 0 ]; then
  # A new token at every start; it opens the gateway on loopback, and nothing else.
  mkdir -p ~/.openclaw/workspace
  head -c 32 /dev/urandom | base64 >$token
  install -m 444 /etc/airlock/SOUL.md ~/.openclaw/workspace
  set -- gateway
fi
[ "$1" != check ] || set -- config validate
OPENCLAW_GATEWAY_TOKEN=$(cat $token 2>/dev/null)
export OPENCLAW_GATEWAY_TOKEN
cd /opt/agent/current || exit
exec bin/node node_modules/openclaw/openclaw.mjs "$@"
