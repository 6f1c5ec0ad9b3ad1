package main

import (
	"fmt"
	"net/http"
	"time"

	"gopkg.in/yaml.v3"
)

// A refusal ends a request with a status; it is a decision, not an error.
type refusal struct {
	status int
	reason string
	// header is nil for iron-proxy's own refusals.
	header http.Header
}

// A transform sees a request before it goes out: it may change it, refuse it, or fail, which is answered with 502.
type transform interface {
	apply(request *http.Request, notes map[string]any) (*refusal, error)
}

type step struct {
	name string
	transform
}

// A pipeline is the transforms of one configuration, in its order.
type pipeline []step

// trace is one transform's part of the audit line.
type trace struct {
	Name     string         `json:"name"`
	Action   string         `json:"action"`
	Duration float64        `json:"duration_ms"`
	Error    string         `json:"error,omitempty"`
	Notes    map[string]any `json:"annotations,omitempty"`
}

func (p pipeline) run(request *http.Request) (traces []trace, no *refusal, err error) {
	for _, step := range p {
		began, notes := time.Now(), map[string]any{}
		no, err = step.apply(request, notes)
		seen := trace{Name: step.name, Action: "allow", Duration: milliseconds(began), Notes: notes}
		if no != nil {
			seen.Action = "reject"
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", step.name, err)
			seen.Error = err.Error()
		}
		traces = append(traces, seen)
		if no != nil || err != nil {
			return traces, no, err
		}
	}
	return traces, nil, nil
}

// A responder sees the answer from upstream before the client does.
type responder interface {
	respond(request *http.Request, answer *http.Response) error
}

func (p pipeline) respond(request *http.Request, answer *http.Response) error {
	for _, step := range p {
		if sees, does := step.transform.(responder); does {
			if err := sees.respond(request, answer); err != nil {
				return fmt.Errorf("%s: %w", step.name, err)
			}
		}
	}
	return nil
}

func milliseconds(since time.Time) float64 {
	return float64(time.Since(since).Microseconds()) / 1000
}

// Each builder reads its own `config`.
var builders = map[string]func(yaml.Node, *Config) (transform, error){
	"allowlist":        newAllowlist,
	"header_allowlist": newHeaderAllowlist,
	"secrets":          newSecrets,
	"aws_auth":         newAWSAuth,
	"grpc":             newGRPC,
}

func buildPipeline(config *Config) (pipeline, error) {
	var built pipeline
	for index, wanted := range config.Transforms {
		build, known := builders[wanted.Name]
		if !known {
			return nil, fmt.Errorf("transforms[%d].name: the stand-in has no transform %q", index, wanted.Name)
		}
		transform, err := build(wanted.Config, config)
		if err != nil {
			return nil, fmt.Errorf("transforms[%d] %s: %w", index, wanted.Name, err)
		}
		name := wanted.Name
		if named, has := transform.(interface{ label() string }); has {
			name = named.label()
		}
		built = append(built, step{name, transform})
	}
	return built, nil
}
