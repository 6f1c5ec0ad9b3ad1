package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
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
