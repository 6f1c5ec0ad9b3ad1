# shellcheck shell=sh
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
PATH=/opt/agent/current:$PATH
if [ "${1-}" = check ]; then
  # An invalid managed setting is dropped with a warning and exit code 0.
  said=$(claude doctor 2>&1) || { echo "$said" && exit 1; }
  case $said in *'Invalid settings'*) echo "$said" && exit 1 ;; esac
  exit
fi
# Without setting sources the agent's home and projects bring no settings, hooks, skills or instructions. Listed skills
# lie in its home, which then brings the rest along; managed settings still say which hooks and commands run.
sources=
[ ! -s /etc/airlock/skills ] || sources=user
# shellcheck disable=SC2329
answer() { claude -p --setting-sources "$sources" --output-format json --max-budget-usd 5; }
