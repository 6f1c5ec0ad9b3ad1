package main

import (
	"errors"
	"net/url"
)

// cause is an error's text without the address of the request: its path or query may hold a secret by then.
func cause(err error) string {
	var located *url.Error
	if errors.As(err, &located) {
		return located.Err.Error()
	}
	return err.Error()
}
