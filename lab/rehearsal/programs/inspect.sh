# shellcheck shell=bash
# Prints the state of the machine in sections. If a command fails, its section stays empty.
section() { printf '\n=== %s\n' "$1"; }
section boot
cat /proc/sys/kernel/random/boot_id
section instance
cat /var/lib/cloud/data/instance-id
section agent
systemctl show agent -p ActiveState,User,MainPID,Slice,Restart,ActiveEnterTimestampMonotonic
section process
pid=$(systemctl show agent -p MainPID --value)
[ "$pid" = 0 ] || ps -o user=,uid= -p "$pid"
section held
awk '$5 ~ "^/var/lib/agent/" && $6 ~ /^ro(,|$)/ { print $5 }' "/proc/$pid/mountinfo"
section limits
cat /sys/fs/cgroup/agent.slice/{memory,cpu,pids}.max
section machine
getconf _NPROCESSORS_ONLN
awk '/^MemTotal/ { print $2 }' /proc/meminfo
section proxy-wait
systemctl show airlock-wait -p ActiveState,ExecMainStartTimestampMonotonic
section listening
ss -Hltnup
section failed
systemctl list-units --failed --no-legend --plain
section cloud
cloud-init status --format json
section warnings
# Older versions of cloud-init don't have these in their status.
grep -E '\[(WARNING|ERROR|CRITICAL)\]: ' /var/log/cloud-init.log
section resolving
grep -o 'Resolving URL: .* took [0-9.]* seconds' /var/log/cloud-init.log
section resolver
cat /etc/resolv.conf
section trust
openssl verify -no_check_time -CAfile /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates/airlock.crt
section mount
findmnt -no FSTYPE,OPTIONS /var/lib/agent
section written
cat /var/lib/agent/rehearsal
section journal
journalctl -b -o short-monotonic --no-pager --grep '^airlock: '
# Messages of the boothook through the kernel's log: journald takes their first word for the program's name.
journalctl -b -o short-monotonic --no-pager -t airlock
