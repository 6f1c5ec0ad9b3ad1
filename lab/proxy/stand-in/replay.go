package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
)

// replayVariable holds `<port>=<address>,…`: dials to that port go to that address instead; `*` means every other port,
// `<host>:<port>` one host. Tests on loopback have no other host to dial.
const replayVariable = "STAND_IN_DIAL"

// replayed changes where dials go, after the guard has judged the original address. Without the variable it does nothing.
func replayed(through dial, denied guard) (dial, error) {
	written := os.Getenv(replayVariable)
	if written == "" {
		return through, nil
	}
	targets := map[string]string{}
	for _, pair := range strings.Split(written, ",") {
		port, target, found := strings.Cut(pair, "=")
		if !found {
			return nil, fmt.Errorf("%s: %q must be <port>=<address> or <host>:<port>=<address>", replayVariable, pair)
		}
		targets[port] = target
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if literal, err := netip.ParseAddr(host); err == nil {
			if err := denied.check(literal); err != nil {
				return nil, err
			}
		} else if !isAsked(ctx, host) {
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		target := targets["*"]
		for _, asked := range []string{port, address} {
			if found, is := targets[asked]; is {
				target = found
			}
		}
		return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, target)
	}, nil
}

// isAsked reports whether Go's resolver asks anybody for a name: it knows names that can't be one.
func isAsked(ctx context.Context, name string) bool {
	var asked atomic.Bool
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked.Store(true)
		return nil, errors.New("nobody is asked here")
	}}
	_, err := resolver.LookupHost(ctx, name)
	return err == nil || asked.Load()
}
