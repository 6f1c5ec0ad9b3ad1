package main

import (
	"io"
	"log"
	"log/slog"
)

func newLogger(out io.Writer, level string) *slog.Logger {
	var threshold slog.Level
	if threshold.UnmarshalText([]byte(level)) != nil {
		threshold = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: threshold}))
}

// quiet takes what net/http has to say about connections: an agent makes it say as much as it likes.
func quiet(logger *slog.Logger) *log.Logger {
	return slog.NewLogLogger(logger.Handler(), slog.LevelDebug)
}
