package main

import (
	"net/http"
	"testing"
)

func TestOverHTTP2TheSameIsJudged(t *testing.T) {
	internet(t, echo)
	client := start(t, `- {name: allowlist, config: {rules: [{host: h, paths: [/ok/*]}]}}`).client(t)
	for _, each := range []struct {
		shows, authority, address string
		want                      int
	}{
		{"what a rule names", "", "https://h/ok/x", 200},
		{"another path", "", "https://h/no", 403},
		{"an authority that is not the handshake's", "other", "https://h/ok/x", 400},
		{"an authority with a port", "h:8443", "https://h/ok/x", 502},
		{"dot segments", "", "https://h/ok/%2e%2e/no", 400},
	} {
		request, err := http.NewRequest(http.MethodGet, each.address, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = each.authority
		answer, err := client.Do(request)
		if body(t, answer, err); answer.StatusCode != each.want || answer.ProtoMajor != 2 {
			t.Errorf("%s: HTTP/%d %d, want %d", each.shows, answer.ProtoMajor, answer.StatusCode, each.want)
		}
	}
}
