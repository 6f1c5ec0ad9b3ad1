package main

import (
	"errors"
	"fmt"
	"net/http"

	"gopkg.in/yaml.v3"
)

// secrets puts secret values into requests. Each entry has its own rules, whichever allow rule let the request pass.
type secrets struct{ entries []secretEntry }

type secretEntry struct {
	Source  sourceConfig `yaml:"source"`
	Inject  *injection   `yaml:"inject"`
	Replace *replacement `yaml:"replace"`
	Rules   Rules        `yaml:"rules"`

	value *lazyValue
}

func newSecrets(node yaml.Node, _ *Config) (transform, error) {
	var read struct {
		Secrets []secretEntry `yaml:"secrets"`
	}
	if err := node.Decode(&read); err != nil {
		return nil, err
	}
	for index := range read.Secrets {
		entry := &read.Secrets[index]
		if err := entry.prepare(fmt.Sprintf("config.secrets[%d]", index)); err != nil {
			return nil, err
		}
	}
	return &secrets{read.Secrets}, nil
}

func (entry *secretEntry) prepare(where string) (err error) {
	if (entry.Inject == nil) == (entry.Replace == nil) {
		return fmt.Errorf("%s: must have either inject or replace", where)
	}
	if entry.value, err = entry.Source.build(); err != nil {
		return fmt.Errorf("%s.source: %w", where, err)
	}
	if entry.Inject != nil {
		err = entry.Inject.prepare()
	} else {
		err = entry.Replace.prepare()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	return entry.Rules.check(where)
}

func (entry *secretEntry) required() bool {
	return entry.Inject != nil && entry.Inject.Require || entry.Replace != nil && entry.Replace.Require
}

// apply sends a request without its secret if the secret has no value, unless it is required: iron-proxy's default.
func (s *secrets) apply(request *http.Request, notes map[string]any) (*refusal, error) {
	for _, entry := range s.entries {
		if !entry.Rules.match(request) {
			continue
		}
		no, err := entry.put(request, notes)
		if no != nil || err != nil {
			return no, err
		}
	}
	return nil, nil
}

func (entry *secretEntry) put(request *http.Request, notes map[string]any) (*refusal, error) {
	name := entry.Source.Name
	value, err := entry.value.get(request.Context())
	if err != nil {
		note(notes, "unavailable", name)
		if entry.required() {
			return &refusal{status: http.StatusForbidden, reason: fmt.Sprintf("secret %s is required and can't be had: %v", name, err)}, nil
		}
		return nil, nil
	}
	if entry.Inject != nil {
		if err := entry.Inject.put(request, value); err != nil {
			// A template's error may quote the value it was given.
			return nil, errors.New("the formatter of " + name + " failed")
		}
		note(notes, "injected", name)
		return nil, nil
	}
	if entry.Replace.swap(request, value) {
		note(notes, "swapped", name)
	} else if entry.required() {
		return &refusal{status: http.StatusForbidden, reason: "the placeholder of " + name + " is required and isn't there"}, nil
	}
	return nil, nil
}

func note(notes map[string]any, key, name string) {
	seen, _ := notes[key].([]string)
	notes[key] = append(seen, name)
}
