# shellcheck shell=sh
# shellcheck disable=SC2034 # another part of the boothook uses it
# shellcheck disable=SC1091
. "$R/etc/airlock/agent.env"
# shellcheck disable=SC1091
. "$R/etc/os-release"
echo "$PROXY" | grep -Eqx '([0-9]{1,3}\.){3}[0-9]{1,3}' || fail "no proxy address: $PROXY"
# Otherwise packages of another release would be installed.
[ "$ID-$VERSION_ID" = "$OS" ] || fail "the image is $ID-$VERSION_ID, not $OS"
step='IPv6 stays on'
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
# Without --no-block a restart this early could wait for the job that runs this script. A failed restart doesn't open a way
# around the proxy box: airlock-wait checks the address that names resolve to.
[ -z "$changed" ] || systemctl --no-block try-restart systemd-networkd systemd-resolved || :
