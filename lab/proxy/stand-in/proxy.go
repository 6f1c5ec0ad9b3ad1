package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Proxy judges requests and forwards those that pass.
type Proxy struct {
	pipeline pipeline
	upstream http.RoundTripper
	dial     dial
	logger   *slog.Logger
}

func newProxy(config *Config, transforms pipeline, logger *slog.Logger) (*Proxy, error) {
	dial, err := newDial(config.Proxy)
	if err != nil {
		return nil, err
	}
	upstream, err := newTransport(config.Proxy, dial)
	if err != nil {
		return nil, err
	}
	return &Proxy{pipeline: transforms, upstream: upstream, dial: dial, logger: logger}, nil
}

// handle gets every request, whichever port it came to.
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
	if err == nil {
		if asksForWebSocket(request) {
			err = p.webSocket(w, request, record)
		} else {
			err = p.forward(w, request, record)
		}
	}
	if err != nil {
		record.fail(err)
		http.Error(w, "bad gateway", http.StatusBadGateway)
	}
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

// forward sends the request to the address in its Host header, port included, and streams the answer back. It returns a
// redirect to the client like any other answer.
func (p *Proxy) forward(w http.ResponseWriter, request *http.Request, record *record) error {
	out, err := outgoing(request)
	if err != nil {
		return err
	}
	answer, err := p.upstream.RoundTrip(out)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if err := p.pipeline.respond(request, answer); err != nil {
		return err
	}
	record.Status = answer.StatusCode
	respond(w, answer)
	return nil
}

func outgoing(request *http.Request) (*http.Request, error) {
	scheme := "http"
	if request.TLS != nil {
		scheme = "https"
	}
	// RawPath keeps what was escaped escaped: %2f stays %2f on the wire.
	address := &url.URL{Scheme: scheme, Host: request.Host, Path: request.URL.Path, RawPath: request.URL.RawPath, RawQuery: request.URL.RawQuery}
	out, err := http.NewRequestWithContext(request.Context(), request.Method, address.String(), request.Body)
	if err != nil {
		return nil, err
	}
	out.ContentLength = request.ContentLength
	if request.ContentLength == 0 {
		out.Body = http.NoBody
	}
	out.Header = request.Header.Clone()
	dropHopByHop(out.Header)
	if out.Header.Get("User-Agent") == "" {
		// Otherwise net/http would send its own.
		out.Header["User-Agent"] = []string{""}
	}
	return out, nil
}

// newTransport leads plain http requests to `upstream_proxy`. A WebSocket handshake never comes here: it is dialled
// directly, plaintext or not.
func newTransport(config ProxyConfig, dial dial) (http.RoundTripper, error) {
	forPlaintext, err := url.Parse(config.UpstreamProxy.HTTPProxy)
	if err != nil {
		return nil, fmt.Errorf("proxy.upstream_proxy.http_proxy: %w", err)
	}
	return &http.Transport{
		Proxy: func(request *http.Request) (*url.URL, error) {
			if request.URL.Scheme == "https" || forPlaintext.Host == "" {
				return nil, nil
			}
			return forPlaintext, nil
		},
		DialContext:           dial,
		DisableCompression:    true,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: config.UpstreamResponseHeaderTimeout,
	}, nil
}
