package main

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"strings"
)

type targetKey struct{}

// withTarget gives every request inside a tunnel the target that the tunnel was opened for.
func withTarget(ctx context.Context, connection net.Conn) context.Context {
	if secure, is := connection.(*tls.Conn); is {
		connection = secure.NetConn()
	}
	inside, is := connection.(*tunnelled)
	if !is || inside.target == "" {
		return ctx
	}
	return context.WithValue(ctx, targetKey{}, inside.target)
}

// tunnelTarget is empty outside a tunnel.
func tunnelTarget(ctx context.Context) string {
	target, _ := ctx.Value(targetKey{}).(string)
	return target
}

// insideItsTunnel compares a request's authority with the one that CONNECT asked for, port included, in any letter case.
func insideItsTunnel(request *http.Request) bool {
	target := tunnelTarget(request.Context())
	if target == "" {
		return true
	}
	usual := "80"
	if request.TLS != nil {
		usual = "443"
	}
	return strings.EqualFold(authority(request.Host, usual), authority(target, "443"))
}

func authority(host, usualPort string) string {
	if bare, port, err := net.SplitHostPort(host); err == nil {
		return net.JoinHostPort(bare, port)
	}
	return net.JoinHostPort(bareHost(host), usualPort)
}
