package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
)

// serve returns only when a port fails.
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
	return open(config, http.HandlerFunc(proxy.handle), leaves, logger)
}

// open opens the health port last, so that an answer from /healthz means that all ports are open.
func open(config *Config, handle http.Handler, leaves *leafCache, logger *slog.Logger) error {
	health := http.NewServeMux()
	health.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	ends := make(chan error)
	for _, port := range []struct {
		name, listen string
		server       *http.Server
		// offer has no protocol: HTTP/1.1 alone, and no alert for a client that knows HTTP/2 alone.
		offer *tls.Config
	}{
		{"http", config.Proxy.HTTPListen, &http.Server{Handler: handle, ErrorLog: quiet(logger)}, nil},
		{"https", config.Proxy.HTTPSListen, &http.Server{Handler: handle}, leaves.config()},
		{"metrics", config.Metrics.Listen, &http.Server{Handler: health}, nil},
	} {
		if port.listen == "" {
			continue
		}
		listener, err := net.Listen("tcp", port.listen)
		if err != nil {
			return fmt.Errorf("%s listener: %w", port.name, err)
		}
		logger.Warn("listening", "listener", port.name, "addr", listener.Addr().String())
		if port.offer != nil {
			listener = tls.NewListener(listener, port.offer)
		}
		go func() { ends <- fmt.Errorf("%s listener: %w", port.name, port.server.Serve(listener)) }()
	}
	return <-ends
}
