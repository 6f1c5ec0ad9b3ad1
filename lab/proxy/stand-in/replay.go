package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
)

// replayVariable holds `<port>=<address>,…`: where dials to that port go instead, `*` for every other port, and
// `<host>:<port>` for that host alone. A replay has one machine and no names to look up, so its upstreams stand for
// every host.
const replayVariable = "STAND_IN_DIAL"

// replayed leads dials elsewhere, after the guard has judged what was asked for. Without the variable it changes nothing.
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
