# shellcheck shell=sh
# Works through the jobs, text files that somebody puts into ~/jobs; the answer to each lies in ~/done.
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1
PATH=/opt/agent/current:$PATH
[ "${1-}" != check ] || exec claude doctor
mkdir -p ~/jobs ~/done
while sleep 5; do
  for job in ~/jobs/*; do
    [ -f "$job" ] || continue
    claude -p --output-format json <"$job" >~/done/"${job##*/}" || break
    rm "$job"
  done
done
