# shellcheck shell=sh
# Works through ~/jobs: each *.md is one prompt, taken in the order of names; its answer lies beside it as .out. A job
# is begun once: one that was cut off stays .run, because nobody knows what it had done by then.
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
