package main

import (
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
)

// management is the port that warden asks to take a new policy.
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

// reload reads the file again and puts its transforms in force, and nothing else of it: listeners, deny list and
// authority stay what they were. A file that is wrong changes nothing. Secrets are fetched anew afterwards.
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

// serveHealth says that all doors are open: nothing answers here before they are.
func serveHealth(listener net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	return (&http.Server{Handler: mux}).Serve(listener)
}
