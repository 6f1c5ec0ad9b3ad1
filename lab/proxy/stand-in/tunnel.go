package main

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
)

// A tunnel is the port for clients with proxy settings: CONNECT, SOCKS5, and plain proxy requests. The bytes inside a
// tunnel are not forwarded as they are: TLS ends here, plain HTTP is served as plain HTTP, anything else is closed.
type tunnel struct {
	proxy  *Proxy
	logger *slog.Logger
	// Three HTTP servers that are given connections: requests to the port itself, and the two kinds inside a tunnel.
	outer, plain, secure *handed
	servers              [3]func() error
}

func newTunnel(proxy *Proxy, leaves *leafCache, logger *slog.Logger) *tunnel {
	t := &tunnel{proxy: proxy, logger: logger, outer: newHanded(), plain: newHanded(), secure: newHanded()}
	inside := func() *http.Server {
		return &http.Server{Handler: http.HandlerFunc(proxy.handle), ConnContext: withTarget, ErrorLog: quiet(logger)}
	}
	outer := &http.Server{Handler: http.HandlerFunc(t.handle), ErrorLog: quiet(logger)}
	plain, secure := inside(), inside()
	secure.TLSConfig = leaves.config()
	t.servers = [3]func() error{
		func() error { return outer.Serve(t.outer) },
		func() error { return plain.Serve(t.plain) },
		func() error { return secure.ServeTLS(t.secure, "", "") },
	}
	return t
}

func (t *tunnel) serve(listener net.Listener) error {
	ends := make(chan error)
	for _, serve := range t.servers {
		go func() { ends <- serve() }()
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				ends <- err
				return
			}
			go t.accept(connection)
		}
	}()
	return <-ends
}

// accept tells SOCKS5 from HTTP by its first byte.
func (t *tunnel) accept(connection net.Conn) {
	peeked := &tunnelled{Conn: connection, reader: bufio.NewReader(connection)}
	first, err := peeked.reader.Peek(1)
	if err != nil {
		connection.Close()
		return
	}
	if first[0] == socksVersion {
		t.socks(peeked)
		return
	}
	t.outer.give(peeked)
}

func (t *tunnel) handle(w http.ResponseWriter, request *http.Request) {
	if request.Method == http.MethodConnect {
		t.connect(w, request)
		return
	}
	if request.URL.Scheme != "http" || request.URL.Host == "" {
		http.Error(w, "this port takes CONNECT and plain http addresses", http.StatusBadRequest)
		return
	}
	t.proxy.handle(w, request)
}

func (t *tunnel) connect(w http.ResponseWriter, request *http.Request) {
	target := request.Host
	if _, _, err := net.SplitHostPort(target); err != nil {
		target = net.JoinHostPort(bareHost(target), "443")
	}
	if no := t.ask(request.Context(), target, request.RemoteAddr, request.Header); no != nil {
		http.Error(w, no.reason, no.status)
		return
	}
	connection, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "a tunnel needs HTTP/1.1", http.StatusBadRequest)
		return
	}
	if _, err := connection.Write([]byte("HTTP/1.1 200 Connection Established\r\n\r\n")); err != nil {
		connection.Close()
		return
	}
	t.inside(&tunnelled{Conn: connection, reader: buffered.Reader, target: target})
}

// ask runs a request with method CONNECT, the target as Host and an empty path through the pipeline: a rule with paths
// doesn't match it, a rule with methods must name CONNECT.
func (t *tunnel) ask(ctx context.Context, target, from string, headers http.Header) *refusal {
	request := (&http.Request{
		Method: http.MethodConnect, Host: target, URL: &url.URL{}, RemoteAddr: from, Header: headers.Clone(), Body: http.NoBody,
	}).WithContext(ctx)
	if request.Header == nil {
		request.Header = http.Header{}
	}
	record := newRecord(request)
	defer record.write(t.logger)
	traces, no, err := t.proxy.pipeline.Load().run(request)
	record.Traces = traces
	if err != nil {
		record.fail(err)
		return &refusal{http.StatusBadGateway, "bad gateway"}
	}
	if no != nil {
		record.refuse(no)
		return no
	}
	record.Status = http.StatusOK
	return nil
}

const tlsHandshake = 0x16

func (t *tunnel) inside(connection *tunnelled) {
	first, err := connection.reader.Peek(1)
	switch {
	case err != nil:
		connection.Close()
	case first[0] == tlsHandshake:
		t.secure.give(connection)
	case first[0] >= 'A' && first[0] <= 'Z' || first[0] >= 'a' && first[0] <= 'z':
		t.plain.give(connection)
	default:
		connection.Close()
	}
}

// tunnelled is a connection with some bytes already read, and the target of CONNECT or SOCKS5, if there was one.
type tunnelled struct {
	net.Conn
	reader *bufio.Reader
	target string
}

func (c *tunnelled) Read(into []byte) (int, error) { return c.reader.Read(into) }

// handed is a net.Listener whose connections come from `give`.
type handed struct{ connections chan net.Conn }

func newHanded() *handed { return &handed{make(chan net.Conn)} }

func (h *handed) give(connection net.Conn) { h.connections <- connection }

func (h *handed) Accept() (net.Conn, error) {
	connection, open := <-h.connections
	if !open {
		return nil, errors.New("closed")
	}
	return connection, nil
}

func (h *handed) Close() error   { return nil }
func (h *handed) Addr() net.Addr { return &net.TCPAddr{} }
