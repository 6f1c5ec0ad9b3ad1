# shellcheck shell=sh
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
export HERMES_HOME=~/.hermes HERMES_DISABLE_LAZY_INSTALLS=1
mkdir -p ~/.hermes
ln -sf /etc/airlock/config.yaml /etc/airlock/SOUL.md ~/.hermes
cd /opt/agent/current || exit
[ "${1-}" != check ] || exec venv/bin/python -m hermes_cli.main config check
exec venv/bin/python -m hermes_cli.main gateway run
