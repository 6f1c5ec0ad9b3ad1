# shellcheck shell=sh
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
export OPENCLAW_NO_RESPAWN=1 OPENCLAW_CONFIG_PATH=/etc/airlock/openclaw.json
mkdir -p ~/.openclaw/workspace
ln -sf /etc/airlock/SOUL.md ~/.openclaw/workspace
token=~/.openclaw/gateway-token
[ -s $token ] || (umask 077 && head -c 24 /dev/urandom | base64 >$token)
OPENCLAW_GATEWAY_TOKEN=$(cat $token)
export OPENCLAW_GATEWAY_TOKEN
cd /opt/agent/current || exit
[ "${1-}" != check ] || exec bin/node node_modules/openclaw/openclaw.mjs config validate
exec bin/node node_modules/openclaw/openclaw.mjs gateway
