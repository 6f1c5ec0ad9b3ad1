package main

import (
	"errors"
	"net/http"
	"strings"
)

// replacement replaces a placeholder that the client sent with the secret.
type replacement struct {
	ProxyValue string `yaml:"proxy_value"`
	// MatchHeaders are names and /expressions/; an empty list means every header.
	MatchHeaders []string `yaml:"match_headers"`
	MatchPath    bool     `yaml:"match_path"`
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

// swap reports whether it found the placeholder. Some releases of iron-proxy replace a path's placeholder in the query
// too; this program does, because a policy must be safe with either. Go's query parser drops a pair with a semicolon.
func (r *replacement) swap(request *http.Request, value string) bool {
	swapped := r.swapHeaders(request.Header, value)
	if !r.MatchPath {
		return swapped
	}
	if strings.Contains(request.URL.Path, r.ProxyValue) {
		request.URL.Path = strings.ReplaceAll(request.URL.Path, r.ProxyValue, value)
		request.URL.RawPath = ""
		swapped = true
	}
	query := request.URL.Query()
	inQuery := false
	for _, values := range query {
		inQuery = r.swapAll(values, value) || inQuery
	}
	if inQuery {
		request.URL.RawQuery = query.Encode()
	}
	return swapped || inQuery
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
