package main

import (
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
)

// management is the port on which warden asks for a reload of the policy.
type management struct {
	file   string
	key    string
	proxy  *Proxy
	logger *slog.Logger
}

func (m *management) serve(listener net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/reload", m.reload)
	return (&http.Server{Handler: mux, ErrorLog: quiet(m.logger)}).Serve(listener)
}

// reload reads the file again and uses its transforms, and nothing else of it: listeners, deny list and authority stay
// the same. An invalid file changes nothing. A valid one makes every secret be fetched again.
func (m *management) reload(w http.ResponseWriter, request *http.Request) {
	wanted := "Bearer " + m.key
	if subtle.ConstantTimeCompare([]byte(request.Header.Get("Authorization")), []byte(wanted)) != 1 {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "unauthorized"})
		return
	}
	config, err := loadFile(m.file)
	if err == nil {
		var next pipeline
		if next, err = buildPipeline(config); err == nil {
			m.proxy.swap(next)
			m.logger.Info("reloaded")
			answer(w, http.StatusOK, map[string]string{"status": "reloaded"})
			return
		}
	}
	m.logger.Error("reload failed", "error", err.Error())
	answer(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
}

func answer(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// serveHealth answers once all other ports are open.
func serveHealth(listener net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return (&http.Server{Handler: mux}).Serve(listener)
}
