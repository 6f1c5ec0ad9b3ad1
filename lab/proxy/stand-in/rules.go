package main

import (
	"fmt"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Rule names requests. It has no scheme: a plaintext request matches like any other.
type Rule struct {
	Host    string   `yaml:"host"`
	Methods []string `yaml:"methods"`
	Paths   []string `yaml:"paths"`
}

// Rules match a request if one of them does.
type Rules []Rule

func (rules Rules) check(where string) error {
	for index, rule := range rules {
		if rule.Host == "" {
			return fmt.Errorf("%s.rules[%d]: must have a host", where, index)
		}
	}
	return nil
}

func (rules Rules) match(request *http.Request) bool {
	return slices.ContainsFunc(rules, func(rule Rule) bool { return rule.match(request) })
}

func (rule Rule) match(request *http.Request) bool {
	return rule.matchHost(bareHost(request.Host)) && rule.matchMethod(request.Method) && rule.matchPath(request.URL.Path)
}

// bareHost is a Host header without port and brackets.
func bareHost(host string) string {
	if bare, _, err := net.SplitHostPort(host); err == nil {
		host = bare
	}
	return strings.Trim(host, "[]")
}

// matchHost compares letter by letter.
func (rule Rule) matchHost(host string) bool {
	pattern := rule.Host
	if pattern == "*" {
		return true
	}
	if below, wild := strings.CutPrefix(pattern, "*."); wild {
		return host == below || strings.HasSuffix(host, "."+below)
	}
	matched, err := path.Match(pattern, host)
	return err == nil && matched
}

// matchMethod upper-cases the rule's methods, not the request's: a request's `get` is another method than GET.
func (rule Rule) matchMethod(method string) bool {
	if len(rule.Methods) == 0 || len(rule.Methods) == 1 && rule.Methods[0] == "*" {
		return true
	}
	return slices.ContainsFunc(rule.Methods, func(allowed string) bool { return strings.ToUpper(allowed) == method })
}

// matchPath compares the path as net/url has decoded it.
func (rule Rule) matchPath(asked string) bool {
	return len(rule.Paths) == 0 || slices.ContainsFunc(rule.Paths, func(pattern string) bool {
		if base, prefix := strings.CutSuffix(pattern, "/*"); prefix {
			return asked == base || strings.HasPrefix(asked, base+"/")
		}
		matched, err := path.Match(pattern, asked)
		return err == nil && matched
	})
}
