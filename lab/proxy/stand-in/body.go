package main

import (
	"bytes"
	"errors"
	"io"
	"net/http"
)

var errBodyTooLarge = errors.New("the body is larger than max_request_body_bytes")

// holdBody reads a request's body into memory and leaves a copy in its place.
//
// It fails with errBodyTooLarge above limit bytes; the request must not go out then, because part of it is gone
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
	setBody(request, body)
	return body, nil
}

// setBody gives a request a body of known length: it no longer goes out in chunks.
func setBody(request *http.Request, body []byte) {
	request.Body = io.NopCloser(bytes.NewReader(body))
	request.ContentLength = int64(len(body))
	if len(body) == 0 {
		request.Body = http.NoBody
	}
}
