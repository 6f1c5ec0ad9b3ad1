package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
)

// replacement swaps a placeholder that the client wrote for the secret.
type replacement struct {
	ProxyValue string `yaml:"proxy_value"`
	// MatchHeaders are names and /expressions/; none at all means every header.
	MatchHeaders []string `yaml:"match_headers"`
	MatchQuery   bool     `yaml:"match_query"`
	MatchPath    bool     `yaml:"match_path"`
	MatchBody    bool     `yaml:"match_body"`
	// Require refuses a request that doesn't hold the placeholder.
	Require bool `yaml:"require"`

	headers []headerPattern
}

func (r *replacement) prepare() (err error) {
	if r.ProxyValue == "" {
		return errors.New("replace.proxy_value must say something")
	}
	r.headers, err = compileHeaders(r.MatchHeaders)
	return err
}

func (r *replacement) swap(request *http.Request, value string, bodyLimit int64) (bool, error) {
	swapped := r.swapHeaders(request.Header, value)
	if r.MatchPath && strings.Contains(request.URL.Path, r.ProxyValue) {
		request.URL.Path = strings.ReplaceAll(request.URL.Path, r.ProxyValue, value)
		request.URL.RawPath = ""
		swapped = true
	}
	// Some releases of iron-proxy swap a path placeholder in the query too. The unsafe ones are what a policy must hold
	// against. A pair that the query parser of Go refuses, one with a semicolon, is not seen.
	if (r.MatchQuery || r.MatchPath) && r.swapQuery(request, value) {
		swapped = true
	}
	if r.MatchBody && request.Body != nil && request.Body != http.NoBody {
		body, err := holdBody(request, bodyLimit)
		if err != nil {
			return swapped, err
		}
		if bytes.Contains(body, []byte(r.ProxyValue)) {
			setBody(request, bytes.ReplaceAll(body, []byte(r.ProxyValue), []byte(value)))
			swapped = true
		}
	}
	return swapped, nil
}

func (r *replacement) swapHeaders(headers http.Header, value string) (swapped bool) {
	for header, values := range headers {
		if len(r.headers) > 0 && !matchesAny(r.headers, header) {
			continue
		}
		for index, text := range values {
			if changed := r.swapText(text, value); changed != text {
				values[index] = changed
				swapped = true
			}
		}
	}
	return swapped
}

// swapText looks inside Basic credentials, where a placeholder is hidden by base64.
func (r *replacement) swapText(text, value string) string {
	scheme, encoded, found := strings.Cut(text, " ")
	if found && strings.EqualFold(scheme, "basic") {
		plain, err := base64.StdEncoding.DecodeString(encoded)
		if err == nil && bytes.Contains(plain, []byte(r.ProxyValue)) {
			return scheme + " " + base64.StdEncoding.EncodeToString(bytes.ReplaceAll(plain, []byte(r.ProxyValue), []byte(value)))
		}
	}
	return strings.ReplaceAll(text, r.ProxyValue, value)
}

func (r *replacement) swapQuery(request *http.Request, value string) bool {
	query, swapped := request.URL.Query(), false
	for _, values := range query {
		for index, text := range values {
			if strings.Contains(text, r.ProxyValue) {
				values[index] = strings.ReplaceAll(text, r.ProxyValue, value)
				swapped = true
			}
		}
	}
	if swapped {
		request.URL.RawQuery = query.Encode()
	}
	return swapped
}
