# shellcheck shell=sh
# Works through ~/jobs: each *.md is one prompt, in the order of names; its answer is written beside it as .out. A job is
# started once: an interrupted one stays .run, because nobody knows how much of it was done.
umask 77
mkdir -p ~/jobs ~/work
cd ~/work || exit
while :; do
  for job in ~/jobs/*.md; do
    [ -f "$job" ] || continue
    job=${job%.md}
    mv "$job.md" "$job.run" || exit
    if answer <"$job.run" >"$job.out"; then end="done"; else end=failed; fi
    mv "$job.run" "$job.$end"
    echo "job ${job##*/}: $end"
  done
  sleep 5
done
