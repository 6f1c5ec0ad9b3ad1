# shellcheck shell=sh
# shellcheck disable=SC2034 # another part of the boothook uses it
step='useradd failed'
# A fixed number, so the state volume keeps its owner when the root disk is rebuilt.
id agent >/dev/null 2>&1 || useradd -u 2000 -U -d /var/lib/agent -M -s /bin/bash agent
# systemd counts CPUQuota in percent of one CPU.
printf '[Slice]\nCPUQuota=%s%%\n' $((CPU_PERCENT * $(getconf _NPROCESSORS_ONLN))) |
  put 644 "$U/agent.slice.d/cpu.conf"
step='systemd refused'
systemctl daemon-reload
# An image has one of the two.
systemctl --no-block try-restart chrony systemd-timesyncd || :
systemctl --no-block start airlock-ready.target agent airlock-restart.timer
