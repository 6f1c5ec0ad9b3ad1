# shellcheck shell=sh
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
codex=$(echo /opt/agent/current/vendor/*/bin/codex)
if [ "${1-}" = check ]; then
  exec "$codex" app-server --strict-config --print-startup-config
fi
# shellcheck disable=SC2329
answer() { "$codex" exec --strict-config --skip-git-repo-check -; }
