# shellcheck shell=sh
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
export HERMES_HOME=~/.hermes HERMES_DISABLE_LAZY_INSTALLS=1
mkdir -p ~/.hermes
ln -sf /etc/airlock/config.yaml /etc/airlock/SOUL.md ~/.hermes
here=/opt/agent/current
export PYTHONPATH="$here:$here/site"
mkdir -p ~/work && cd ~/work || exit
if [ "${1-}" = check ]; then set -- config check; else set -- gateway run; fi
exec "$here"/python/cpython-*/bin/python3 -m hermes_cli.main "$@"
