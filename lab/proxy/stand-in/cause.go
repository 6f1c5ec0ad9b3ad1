package main

import (
	"errors"
	"net/url"
)

// cause is an error without the address it happened at: a path or query may hold a secret by then.
func cause(err error) string {
	var located *url.Error
	if errors.As(err, &located) {
		return located.Err.Error()
	}
	return err.Error()
}
