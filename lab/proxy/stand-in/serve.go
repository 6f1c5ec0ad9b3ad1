package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
)

// serve opens every port before it serves any, so that an answer from /healthz means that all ports are open. It returns
// only when one of them fails.
func serve(file string, log io.Writer) error {
	config, err := loadFile(file)
	if err != nil {
		return err
	}
	pipeline, err := buildPipeline(config)
	if err != nil {
		return err
	}
	logger := newLogger(log, config.Log.Level)
	logger.Warn("this is " + name + ": a stand-in for tests, never to be deployed")
	proxy, err := newProxy(config, pipeline, logger)
	if err != nil {
		return err
	}
	leaves, err := loadLeaves(config.TLS)
	if err != nil {
		return err
	}
	return open(config, proxy, leaves, logger)
}

type port struct {
	name   string
	listen string
	serve  func(net.Listener) error
}

func open(config *Config, proxy *Proxy, leaves *leafCache, logger *slog.Logger) error {
	https := &http.Server{Handler: http.HandlerFunc(proxy.handle)}
	// HTTP/1.1 alone. TLS offers no protocol, so a client that knows HTTP/2 alone isn't told so by an alert.
	offer := leaves.config()
	plain := &http.Server{Handler: http.HandlerFunc(proxy.handle), ErrorLog: quiet(logger)}
	ports := []port{
		{"http", config.Proxy.HTTPListen, plain.Serve},
		{"https", config.Proxy.HTTPSListen, func(l net.Listener) error { return https.Serve(tls.NewListener(l, offer)) }},
		{"metrics", config.Metrics.Listen, serveHealth},
	}
	ends := make(chan error)
	bound := make([]net.Listener, len(ports))
	for index, port := range ports {
		if port.listen == "" {
			continue
		}
		listener, err := net.Listen("tcp", port.listen)
		if err != nil {
			return fmt.Errorf("%s listener: %w", port.name, err)
		}
		bound[index] = listener
	}
	for index, listener := range bound {
		if listener == nil {
			continue
		}
		port := ports[index]
		announce(logger, port.name, listener.Addr().String())
		go func() { ends <- fmt.Errorf("%s listener: %w", port.name, port.serve(listener)) }()
	}
	return <-ends
}

// serveHealth answers once all other ports are open.
func serveHealth(listener net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return (&http.Server{Handler: mux}).Serve(listener)
}

func announce(logger *slog.Logger, listener, address string) {
	logger.Warn("listening", "listener", listener, "addr", address)
}
