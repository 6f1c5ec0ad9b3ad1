package main

import (
	"net/http"
	"net/url"
	"testing"
)

func TestARuleMatchesHostMethodAndDecodedPath(t *testing.T) {
	for _, each := range []struct {
		shows              string
		rule               Rule
		method, host, path string
		want               bool
	}{
		{"a name is exact", Rule{Host: "api.example.com"}, "GET", "api.example.com", "/x", true},
		{"whatever the port", Rule{Host: "api.example.com"}, "GET", "api.example.com:8443", "/x", true},
		{"whatever the letter case", Rule{Host: "API.example.com"}, "GET", "api.EXAMPLE.com", "/x", true},
		{"and nothing below it", Rule{Host: "example.com"}, "GET", "api.example.com", "/x", false},
		{"a wildcard is everything below", Rule{Host: "*.example.com"}, "GET", "a.b.example.com", "/x", true},
		{"and the bare name", Rule{Host: "*.example.com"}, "GET", "example.com", "/x", true},
		{"and no name that ends alike", Rule{Host: "*.example.com"}, "GET", "notexample.com", "/x", false},
		{"a star is every host", Rule{Host: "*"}, "GET", "[2001:db8::1]:443", "/x", true},
		{"an address is one by its range", Rule{CIDR: "192.0.2.0/24"}, "GET", "192.0.2.7:443", "/x", true},
		{"an IPv4 address in IPv6 clothes too", Rule{CIDR: "192.0.2.0/24"}, "GET", "[::ffff:192.0.2.7]:443", "/x", true},
		{"and a name is none", Rule{CIDR: "192.0.2.0/24"}, "GET", "api.example.com", "/x", false},
		{"the rule's methods are upper-cased", Rule{Host: "*", Methods: []string{"get"}}, "GET", "h", "/", true},
		{"the request's aren't", Rule{Host: "*", Methods: []string{"GET"}}, "get", "h", "/", false},
		{"a star is every method", Rule{Host: "*", Methods: []string{"*"}}, "BREW", "h", "/", true},
		{"a star among others is a method", Rule{Host: "*", Methods: []string{"*", "GET"}}, "PUT", "h", "/", false},
		{"a prefix covers what is below", Rule{Host: "*", Paths: []string{"/a/*"}}, "GET", "h", "/a/b/c", true},
		{"and the base", Rule{Host: "*", Paths: []string{"/a/*"}}, "GET", "h", "/a", true},
		{"and not what begins alike", Rule{Host: "*", Paths: []string{"/a/*"}}, "GET", "h", "/ab", false},
		{"a star inside stays in its segment", Rule{Host: "*", Paths: []string{"/a/*/c"}}, "GET", "h", "/a/b/b/c", false},
		{"a broken pattern matches nothing", Rule{Host: "*", Paths: []string{"/[a"}}, "GET", "h", "/[a", false},
		{"the empty path of CONNECT is inside /*", Rule{Host: "*", Paths: []string{"/*"}}, "CONNECT", "h", "", true},
		{"and outside every other", Rule{Host: "*", Paths: []string{"/a"}}, "CONNECT", "h", "", false},
	} {
		request := &http.Request{Method: each.method, Host: each.host, URL: &url.URL{Path: each.path}}
		if got := (Rules{each.rule}).match(request); got != each.want {
			t.Errorf("%s: %+v matches %s %s%s: %v", each.shows, each.rule, each.method, each.host, each.path, got)
		}
	}
}

func TestNoRuleAtAllMatchesNothing(t *testing.T) {
	if (Rules{}).match(&http.Request{Method: "GET", Host: "h", URL: &url.URL{Path: "/"}}) {
		t.Error("an empty list matched")
	}
}

func TestARuleHasEitherHostOrRange(t *testing.T) {
	for _, wrong := range []Rules{{{}}, {{Host: "h", CIDR: "192.0.2.0/24"}}, {{CIDR: "192.0.2.0"}}} {
		if wrong.check("config") == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}
