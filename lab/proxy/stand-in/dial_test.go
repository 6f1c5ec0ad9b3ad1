package main

import (
	"net"
	"net/netip"
	"testing"
)

func TestTheGuardComparesTheAddressThatIsDialled(t *testing.T) {
	listed := []string{"10.0.0.0/8", "2001:db8::/32"}
	for _, each := range []struct {
		shows  string
		list   *[]string
		ip     string
		denied bool
	}{
		{"by default instance metadata", nil, "169.254.169.254", true},
		{"and loopback", nil, "127.8.9.10", true},
		{"and neither private addresses", nil, "10.1.2.3", false},
		{"nor the resolver beside it", nil, "169.254.169.253", false},
		{"a list replaces the default", &listed, "169.254.169.254", false},
		{"and denies what it names", &listed, "10.1.2.3", true},
		{"in IPv6 clothes too", &listed, "::ffff:10.1.2.3", true},
		{"and IPv6 addresses", &listed, "2001:db8::1", true},
		{"an empty list denies nothing", &[]string{}, "127.0.0.1", false},
	} {
		denied, err := newGuard(each.list)
		if err != nil {
			t.Fatal(err)
		}
		address := netip.AddrPortFrom(netip.MustParseAddr(each.ip), 443).String()
		if got := denied.control("tcp", address, nil) != nil; got != each.denied {
			t.Errorf("%s: %s denied: %v", each.shows, each.ip, got)
		}
	}
}

func TestADenyListThatIsNoneIsRefused(t *testing.T) {
	if _, err := newGuard(&[]string{"10.0.0.0"}); err == nil {
		t.Error("an address without length was taken")
	}
}

func TestAReplayIsJudgedByTheAddressItAskedFor(t *testing.T) {
	t.Setenv(replayVariable, "443=127.0.0.1:1,*=127.0.0.1:1")
	dial, err := newDial(ProxyConfig{UpstreamDenyCIDRs: &[]string{"10.0.0.0/8"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dial(t.Context(), "tcp", "10.1.2.3:443"); err == nil || err.Error() != "upstream_deny_cidrs has 10.1.2.3 in 10.0.0.0/8" {
		t.Error(err)
	}
	t.Setenv(replayVariable, "443")
	if _, err := newDial(ProxyConfig{}, ""); err == nil {
		t.Error("half a pair was taken")
	}
}

func TestAReplayLeadsOneHostElsewhere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	t.Setenv(replayVariable, "api.example.com:443="+listener.Addr().String()+",*=127.0.0.1:1")
	dial, err := newDial(ProxyConfig{}, "")
	if err != nil {
		t.Fatal(err)
	}
	for host, reached := range map[string]bool{"api.example.com:443": true, "www.example.com:443": false} {
		connection, err := dial(t.Context(), "tcp", host)
		if (err == nil) != reached {
			t.Errorf("%s: %v", host, err)
		}
		if connection != nil {
			connection.Close()
		}
	}
}
