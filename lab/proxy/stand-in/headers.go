package main

import (
	"net/http"
	"strings"
)

// hopByHop are the headers that a proxy doesn't forward (RFC 9110, 7.6.1); a Connection header may name more.
var hopByHop = []string{
	"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

func dropHopByHop(headers http.Header) {
	trailers := hasToken(headers["Te"], "trailers")
	for _, line := range headers["Connection"] {
		for _, named := range strings.Split(line, ",") {
			headers.Del(strings.TrimSpace(named))
		}
	}
	for _, header := range hopByHop {
		headers.Del(header)
	}
	if trailers {
		// gRPC asks for it, and it says nothing about the connection.
		headers.Set("Te", "trailers")
	}
}

func hasToken(lines []string, token string) bool {
	for _, line := range lines {
		for _, part := range strings.Split(line, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}
