package main

import (
	"net/netip"
	"testing"
)

func TestADeniedAddressIsRefusedHoweverItIsWritten(t *testing.T) {
	denied, err := newGuard(&[]string{"127.0.0.0/8", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	for address, refused := range map[string]bool{
		"127.8.9.10": true, "::ffff:127.0.0.1": true, "fd00:ec2::254": true, "128.0.0.1": false, "2001:db8::1": false,
	} {
		if err := denied.check(netip.MustParseAddr(address)); (err != nil) != refused {
			t.Errorf("%s: %v", address, err)
		}
	}
}
