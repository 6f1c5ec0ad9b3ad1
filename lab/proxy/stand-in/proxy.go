package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Proxy judges requests and forwards those that pass.
type Proxy struct {
	pipeline pipeline
	onward   *httputil.ReverseProxy
	logger   *slog.Logger
}

// passing is a request that passed, as the transforms left it, and where it goes.
type passing struct {
	request *http.Request
	address *url.URL
	record  *record
}

// passingKey is the key of a request's context.
type passingKey struct{}

func newProxy(config *Config, transforms pipeline, logger *slog.Logger) (*Proxy, error) {
	upstream, err := newTransport(config.Proxy)
	if err != nil {
		return nil, err
	}
	of := func(request *http.Request) *passing { return request.Context().Value(passingKey{}).(*passing) }
	return &Proxy{pipeline: transforms, logger: logger, onward: &httputil.ReverseProxy{
		Transport: upstream,
		ErrorLog:  quiet(logger),
		Rewrite: func(both *httputil.ProxyRequest) {
			rewrite(both, of(both.In).address)
		},
		ModifyResponse: func(answer *http.Response) error {
			passed := of(answer.Request)
			passed.record.Status = answer.StatusCode
			return transforms.respond(passed.request, answer)
		},
		ErrorHandler: func(w http.ResponseWriter, request *http.Request, err error) {
			fail(w, of(request).record, err)
		},
	}}, nil
}

// handle gets every request, whichever port it came to. It sends one that passes to the address in its Host header, port
// included, and returns a redirect to the client like any other answer.
func (p *Proxy) handle(w http.ResponseWriter, request *http.Request) {
	if wrong := malformed(request); wrong != "" {
		http.Error(w, wrong, http.StatusBadRequest)
		return
	}
	record := newRecord(request)
	defer record.write(p.logger)
	traces, no, err := p.pipeline.run(request)
	record.Traces = traces
	if no != nil {
		record.refuse(no)
		refuse(w, no)
		return
	}
	var address *url.URL
	if err == nil {
		address, err = addressOf(request)
	}
	if err != nil {
		fail(w, record, err)
		return
	}
	if !isWebSocket(request) {
		request.Header.Del("Upgrade")
	}
	ctx := context.WithValue(request.Context(), passingKey{}, &passing{request, address, record})
	p.onward.ServeHTTP(w, request.WithContext(ctx))
}

func fail(w http.ResponseWriter, record *record, err error) {
	record.fail(err)
	http.Error(w, "bad gateway", http.StatusBadGateway)
}

// malformed says why a request is refused before any rule is read; such a request leaves no audit line.
func malformed(request *http.Request) string {
	switch {
	case request.Host == "":
		return "missing Host header"
	case slices.ContainsFunc(strings.Split(request.URL.Path, "/"), isDots):
		return "path contains dot segments"
	case request.TLS != nil && request.TLS.ServerName != withoutPort(request.Host):
		return "SNI and Host header mismatch"
	}
	return ""
}

func isDots(segment string) bool { return segment == "." || segment == ".." }

// withoutPort keeps the brackets of an address that has no port.
func withoutPort(host string) string {
	if bare, _, err := net.SplitHostPort(host); err == nil {
		return bare
	}
	return host
}

// addressOf is written and read again, as iron-proxy does: its error quotes the address, with a secret in it.
func addressOf(request *http.Request) (*url.URL, error) {
	scheme := "http"
	if request.TLS != nil {
		scheme = "https"
	}
	// RawPath keeps what was escaped escaped: %2f stays %2f on the wire.
	address := &url.URL{Scheme: scheme, Host: request.Host, Path: request.URL.Path, RawPath: request.URL.RawPath, RawQuery: request.URL.RawQuery}
	return url.Parse(address.String())
}

// rewrite undoes what Go's reverse proxy does and iron-proxy doesn't: it removes forwarding headers and sends trailers on.
func rewrite(both *httputil.ProxyRequest, address *url.URL) {
	both.Out.URL, both.Out.Host = address, address.Host
	both.Out.Trailer, both.Out.TransferEncoding = nil, nil
	for _, header := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, has := both.In.Header[header]; has {
			both.Out.Header[header] = values
		}
	}
}

// isWebSocket tells a handshake from other upgrades, which iron-proxy removes.
func isWebSocket(request *http.Request) bool {
	return strings.EqualFold(request.Header.Get("Upgrade"), "websocket")
}

// newTransport leads plain http requests to `upstream_proxy`, but for WebSockets: one that came over plain HTTP leaves in
// plaintext, secret included. iron-proxy does so; therefore Airlock's policies remove Upgrade from every request.
func newTransport(config ProxyConfig) (http.RoundTripper, error) {
	denied, err := newGuard(config.UpstreamDenyCIDRs)
	if err != nil {
		return nil, err
	}
	forPlaintext, err := url.Parse(config.UpstreamProxy.HTTPProxy)
	if err != nil {
		return nil, fmt.Errorf("proxy.upstream_proxy.http_proxy: %w", err)
	}
	return &http.Transport{
		Proxy: func(request *http.Request) (*url.URL, error) {
			if request.URL.Scheme == "https" || forPlaintext.Host == "" || isWebSocket(request) {
				return nil, nil
			}
			return forPlaintext, nil
		},
		DialContext:           (&net.Dialer{Timeout: 30 * time.Second, Control: denied.control}).DialContext,
		DisableCompression:    true,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: config.UpstreamResponseHeaderTimeout,
	}, nil
}
