package main

import (
	"io"
	"maps"
	"net/http"
	"strings"
)

// respond streams an answer. It flushes server-sent events as they arrive: a model's words must not wait for a full
// buffer.
func respond(w http.ResponseWriter, answer *http.Response) {
	dropHopByHop(answer.Header)
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.StatusCode)
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		_, _ = io.Copy(w, answer.Body)
		return
	}
	flusher := http.NewResponseController(w)
	_ = flusher.Flush()
	buffer := make([]byte, 32*1024)
	for {
		count, err := answer.Body.Read(buffer)
		if count > 0 {
			if _, failed := w.Write(buffer[:count]); failed != nil {
				return
			}
			_ = flusher.Flush()
		}
		if err != nil {
			return
		}
	}
}
