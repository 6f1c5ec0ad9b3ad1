package main

import (
	"fmt"
	"net/netip"
	"syscall"
)

// A guard refuses addresses when they are dialled, after names were resolved: it catches a name that resolves to one of
// them, however often the name changes.
type guard []netip.Prefix

func newGuard(listed []string) (guard, error) {
	var denied guard
	for _, text := range listed {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("proxy.upstream_deny_cidrs: %q must be CIDR notation", text)
		}
		denied = append(denied, prefix.Masked())
	}
	return denied, nil
}

func (g guard) control(_, address string, _ syscall.RawConn) error {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	for _, prefix := range g {
		// An IPv4-mapped IPv6 address is the IPv4 address.
		if prefix.Contains(parsed.Addr().Unmap()) || prefix.Contains(parsed.Addr()) {
			return fmt.Errorf("upstream_deny_cidrs has %s in %s", parsed.Addr(), prefix)
		}
	}
	return nil
}
