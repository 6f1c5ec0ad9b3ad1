# shellcheck shell=sh
# shellcheck disable=SC2034 # another part of the boothook uses it
# shellcheck disable=SC1091
. "$R/etc/airlock/agent.env"
# shellcheck disable=SC1091
. "$R/etc/os-release"
echo "$PROXY" | grep -Eqx '([0-9]{1,3}\.){3}[0-9]{1,3}' || fail "no proxy address: $PROXY"
# Packages of another release would be mixed into this one.
[ "$ID-$VERSION_ID" = "$OS" ] || fail "the image is $ID-$VERSION_ID, not $OS"
step='IPv6 stays on'
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
# Without --no-block a restart this early could wait for the very job that runs this script. One that fails leaves no
# way around the proxy box: airlock-door looks at what names really resolve to.
[ -z "$changed" ] || systemctl --no-block try-restart systemd-networkd systemd-resolved || :
