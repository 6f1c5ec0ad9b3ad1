package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
)

func asksForWebSocket(request *http.Request) bool {
	return strings.EqualFold(request.Header.Get("Upgrade"), "websocket") && hasToken(request.Header["Connection"], "upgrade")
}

// webSocket dials directly, past upstream_proxy: a handshake that came over plain HTTP leaves in plaintext, secret
// included. iron-proxy does so; therefore Airlock's policies remove Upgrade from every request.
func (p *Proxy) webSocket(w http.ResponseWriter, request *http.Request, record *record) error {
	upstream, err := p.dialWebSocket(request)
	if err != nil {
		return err
	}
	defer upstream.Close()
	out, err := outgoing(request)
	if err != nil {
		return err
	}
	out.Header.Set("Connection", "Upgrade")
	out.Header.Set("Upgrade", "websocket")
	if err := out.Write(upstream); err != nil {
		return err
	}
	hijacker, can := w.(http.Hijacker)
	if !can {
		return errors.New("a WebSocket needs HTTP/1.1")
	}
	client, buffered, err := hijacker.Hijack()
	if err != nil {
		return err
	}
	defer client.Close()
	record.Status = http.StatusSwitchingProtocols
	join(client, buffered, upstream)
	return nil
}

func (p *Proxy) dialWebSocket(request *http.Request) (net.Conn, error) {
	port := "80"
	if request.TLS != nil {
		port = "443"
	}
	address := request.Host
	if _, _, err := net.SplitHostPort(address); err != nil {
		address = net.JoinHostPort(bareHost(address), port)
	}
	ctx, stop := context.WithTimeout(request.Context(), dialTimeout)
	defer stop()
	plain, err := p.dial(ctx, "tcp", address)
	if err != nil || request.TLS == nil {
		return plain, err
	}
	secure := tls.Client(plain, &tls.Config{ServerName: bareHost(request.Host), MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, err
	}
	return secure, nil
}

// join copies both ways and ends when either side does.
func join(client net.Conn, fromClient io.Reader, upstream net.Conn) {
	ends := make(chan struct{}, 2)
	go func() {
		_, _ = io.Copy(upstream, fromClient)
		ends <- struct{}{}
	}()
	go func() {
		_, _ = io.Copy(client, upstream)
		ends <- struct{}{}
	}()
	<-ends
}
