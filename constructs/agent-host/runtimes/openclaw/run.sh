# shellcheck shell=sh
# Without an argument: the gateway. With `check`: openclaw checks its configuration. Otherwise: openclaw's own commands, for
# the operator, such as `sudo -u agent /opt/agent/run pairing list telegram`.
# shellcheck disable=SC2034
set -a
umask 77
# shellcheck disable=SC1091
. /etc/airlock/agent.env
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
# Used by openclaw.json. Without a channel, the plugin list holds the provider twice.
PROVIDER=${MODEL%%/*}
CHANNEL=${CHANNEL-$PROVIDER}
OPENCLAW_CONFIG_PATH=/etc/airlock/openclaw.json
OPENCLAW_STATE_DIR=~/.openclaw
OPENCLAW_NO_RESPAWN=1
mkdir -p ~/.openclaw/workspace
if [ $# = 0 ]; then
  # A new token at every start; it is for the gateway on loopback only.
  head -c 32 /dev/urandom | base64 >~/.openclaw/token
  install -m 444 /etc/airlock/SOUL.md ~/.openclaw/workspace
  set -- gateway
fi
OPENCLAW_GATEWAY_TOKEN=$(cat ~/.openclaw/token)
[ "$1" != check ] || set -- config validate
cd /opt/agent/current || exit
exec bin/node node_modules/openclaw/openclaw.mjs "$@"
