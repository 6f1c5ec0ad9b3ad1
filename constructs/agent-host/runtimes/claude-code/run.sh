# shellcheck shell=sh
# shellcheck disable=SC1091
. /etc/airlock/runtime.env
PATH=/opt/agent/current:$PATH
if [ "${1-}" = check ]; then
  # Claude Code drops an invalid managed setting with a warning and exit code 0.
  said=$(claude doctor 2>&1) || { echo "$said" && exit 1; }
  case $said in *'Invalid settings'*) echo "$said" && exit 1 ;; esac
  exit
fi
# Without setting sources, settings, hooks, skills and instructions in the agent's home and projects are ignored. Listed
# skills are in its home, whose other settings then apply too; managed settings still decide which hooks and commands run.
sources=
[ ! -s /etc/airlock/skills ] || sources=user
# shellcheck disable=SC2329
answer() { claude -p --setting-sources "$sources" --output-format json --max-budget-usd 5; }
