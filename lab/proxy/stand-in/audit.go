package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// A record is the audit line of one request: INFO when the request passed, WARN when it was refused, ERROR when it
// failed. It holds no header, no query and no body, so no secret value.
type record struct {
	Status int
	Traces []trace

	began   time.Time
	request []any
	refused string
	failed  error
}

func newRecord(request *http.Request) *record {
	sni := ""
	if request.TLS != nil {
		sni = request.TLS.ServerName
	}
	// Copied before the transforms run: they may put a secret into the path.
	return &record{
		began: time.Now(),
		request: []any{
			"host", request.Host, "method", request.Method, "path", request.URL.Path,
			"remote_addr", request.RemoteAddr, "sni", sni, "mode", "mitm",
		},
	}
}

func (r *record) refuse(no *refusal) {
	r.Status = no.status
	if len(r.Traces) > 0 {
		r.refused = r.Traces[len(r.Traces)-1].Name
	}
}

func (r *record) fail(err error) {
	r.Status = http.StatusBadGateway
	r.failed = err
}

func (r *record) write(logger *slog.Logger) {
	level, action := slog.LevelInfo, "allow"
	if r.refused != "" {
		level, action = slog.LevelWarn, "reject"
	}
	if r.failed != nil {
		level, action = slog.LevelError, "error"
	}
	audit := append(r.request, "action", action, "status_code", r.Status, "duration_ms", milliseconds(r.began))
	attributes := []any{slog.Group("audit", audit...), "request_transforms", r.Traces}
	if r.refused != "" {
		attributes = append(attributes, "rejected_by", r.refused)
	}
	if r.failed != nil {
		attributes = append(attributes, "error", r.failed.Error())
	}
	logger.Log(context.Background(), level, "request", attributes...)
}
