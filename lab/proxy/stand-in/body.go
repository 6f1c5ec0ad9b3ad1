package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

var errBodyTooLarge = errors.New("the body is larger than max_request_body_bytes")

// holdBody reads a request's body into memory and puts a copy of known length in its place. After errBodyTooLarge the
// request must not go out: part of its body is gone.
func holdBody(request *http.Request, limit int64) ([]byte, error) {
	if request.ContentLength > limit {
		return nil, errBodyTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(request.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(body)) > limit {
		return nil, errBodyTooLarge
	}
	putBody(request, body)
	return body, nil
}

func putBody(request *http.Request, body []byte) {
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	if len(body) == 0 {
		request.Body = http.NoBody
	}
}
