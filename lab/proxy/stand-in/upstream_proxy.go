package main

import (
	"net/http"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// upstreamProxy leads plain http requests to one proxy and https requests to another. The usual environment variables
// overrule the file. A WebSocket handshake never comes here: it is dialled directly, plaintext or not.
func upstreamProxy(config ProxyConfig) func(*http.Request) (*url.URL, error) {
	chosen := httpproxy.FromEnvironment()
	if chosen.HTTPProxy == "" {
		chosen.HTTPProxy = config.UpstreamProxy.HTTPProxy
	}
	if chosen.HTTPSProxy == "" {
		chosen.HTTPSProxy = config.UpstreamProxy.HTTPSProxy
	}
	if chosen.NoProxy == "" {
		chosen.NoProxy = config.UpstreamProxy.NoProxy
	}
	choose := chosen.ProxyFunc()
	return func(request *http.Request) (*url.URL, error) { return choose(request.URL) }
}
