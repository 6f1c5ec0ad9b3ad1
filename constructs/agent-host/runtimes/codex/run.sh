# shellcheck shell=sh
# Works through the jobs, text files that somebody puts into ~/jobs; the answer to each lies in ~/done.
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
export CODEX_HOME=~/.codex
codex=/opt/agent/current/vendor/aarch64-unknown-linux-musl/bin/codex
mkdir -p ~/.codex ~/jobs ~/done
ln -sf /etc/airlock/config.toml /etc/airlock/AGENTS.md ~/.codex
[ "${1-}" != check ] || exec $codex app-server --print-startup-config
while sleep 5; do
  for job in ~/jobs/*; do
    [ -f "$job" ] || continue
    $codex exec --strict-config --skip-git-repo-check - <"$job" >~/done/"${job##*/}" || break
    rm "$job"
  done
done
