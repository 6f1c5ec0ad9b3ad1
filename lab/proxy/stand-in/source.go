package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// sourceConfig names the place of a secret's value.
type sourceConfig struct {
	Type string `yaml:"type"`
	// Name of the parameter; for `env` and `file` build sets it, for the audit line.
	Name string `yaml:"name"`
	Var  string `yaml:"var"`
	Path string `yaml:"path"`
}

type fetch func(context.Context) (string, error)

func (c *sourceConfig) build() (*lazyValue, error) {
	var read fetch
	switch c.Type {
	case "aws_ssm":
		if c.Name == "" {
			return nil, errors.New("aws_ssm must name a parameter")
		}
		read = parameter(c.Name)
	case "env":
		c.Name = "env " + c.Var
		read = func(context.Context) (string, error) { return os.Getenv(c.Var), nil }
	case "file":
		c.Name = "file " + c.Path
		read = func(context.Context) (string, error) {
			text, err := os.ReadFile(c.Path)
			return strings.TrimRight(string(text), "\r\n"), err
		}
	default:
		return nil, fmt.Errorf("type %q must be aws_ssm, env or file", c.Type)
	}
	return &lazyValue{fetch: read}, nil
}

// lazyValue is fetched at its first use and kept as long as the process runs: no run of the lab lasts as long as a ttl.
type lazyValue struct {
	fetch fetch

	lock  sync.Mutex
	value string
}

// fetchTimeout bounds a fetch: requests wait for it.
const fetchTimeout = 10 * time.Second

func (v *lazyValue) get(ctx context.Context) (string, error) {
	v.lock.Lock()
	defer v.lock.Unlock()
	if v.value != "" {
		return v.value, nil
	}
	// One client that closes its connection must not fail the fetch for the others.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer stop()
	value, err := v.fetch(ctx)
	if err == nil && value == "" {
		err = errors.New("the value is empty")
	}
	if err == nil {
		v.value = value
	}
	return value, err
}
