package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// replacement replaces a placeholder that the client sent with the secret.
type replacement struct {
	ProxyValue string `yaml:"proxy_value"`
	// MatchHeaders are names and /expressions/; an empty list means every header.
	MatchHeaders []string `yaml:"match_headers"`
	MatchPath    bool     `yaml:"match_path"`
	MatchQuery   bool     `yaml:"match_query"`
	// Require refuses a request without the placeholder.
	Require bool `yaml:"require"`

	headers []headerPattern
}

func (r *replacement) prepare() (err error) {
	if r.ProxyValue == "" {
		return errors.New("replace.proxy_value must not be empty")
	}
	r.headers, err = compileHeaders(r.MatchHeaders)
	return err
}

// swap reports whether it found the placeholder.
func (r *replacement) swap(request *http.Request, value string) bool {
	swapped := r.swapHeaders(request.Header, value)
	if r.MatchPath && strings.Contains(request.URL.Path, r.ProxyValue) {
		request.URL.Path = strings.ReplaceAll(request.URL.Path, r.ProxyValue, value)
		request.URL.RawPath = ""
		swapped = true
	}
	if r.MatchQuery && r.swapQuery(request.URL, value) {
		swapped = true
	}
	return swapped
}

func (r *replacement) swapQuery(address *url.URL, value string) (swapped bool) {
	query := address.Query()
	for _, values := range query {
		swapped = r.swapAll(values, value) || swapped
	}
	if swapped {
		address.RawQuery = query.Encode()
	}
	return swapped
}

func (r *replacement) swapHeaders(headers http.Header, value string) (swapped bool) {
	for header, values := range headers {
		if len(r.headers) == 0 || matchesAny(r.headers, header) {
			swapped = r.swapAll(values, value) || swapped
		}
	}
	return swapped
}

func (r *replacement) swapAll(texts []string, value string) (swapped bool) {
	for index, text := range texts {
		if strings.Contains(text, r.ProxyValue) {
			texts[index] = strings.ReplaceAll(text, r.ProxyValue, value)
			swapped = true
		}
	}
	return swapped
}
