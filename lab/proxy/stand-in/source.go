package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// sourceConfig says where a secret's value comes from.
type sourceConfig struct {
	Type string `yaml:"type"`
	// Name of the parameter; for `env` and `file` the variable and the path are what stands here in reports.
	Name           string         `yaml:"name"`
	Var            string         `yaml:"var"`
	Path           string         `yaml:"path"`
	Region         string         `yaml:"region"`
	WithDecryption *bool          `yaml:"with_decryption"`
	JSONKey        string         `yaml:"json_key"`
	TTL            time.Duration  `yaml:"ttl"`
	FailureTTL     *time.Duration `yaml:"failure_ttl"`
}

type fetch func(context.Context) (string, error)

func (c *sourceConfig) build() (*lazyValue, error) {
	var read fetch
	switch c.Type {
	case "aws_ssm":
		if c.Name == "" {
			return nil, errors.New("aws_ssm must name a parameter")
		}
		read = parameter(*c)
	case "env":
		variable := c.Var
		c.Name = "env " + variable
		read = func(context.Context) (string, error) { return os.Getenv(variable), nil }
	case "file":
		path := c.Path
		c.Name = "file " + path
		read = func(context.Context) (string, error) {
			text, err := os.ReadFile(path)
			return strings.TrimRight(string(text), "\r\n"), err
		}
	default:
		return nil, fmt.Errorf("the stand-in has no source type %q", c.Type)
	}
	value := &lazyValue{fetch: picked(read, c.JSONKey), ttl: c.TTL, failureTTL: time.Minute, now: time.Now}
	if c.FailureTTL != nil {
		value.failureTTL = *c.FailureTTL
	}
	return value, nil
}

// picked takes one key of a JSON object, when one is named. No error of it quotes the text.
func picked(read fetch, key string) fetch {
	return func(ctx context.Context) (string, error) {
		text, err := read(ctx)
		if err != nil {
			return "", err
		}
		if key != "" {
			var object map[string]any
			if json.Unmarshal([]byte(text), &object) != nil {
				return "", errors.New("the value is no JSON object")
			}
			text, _ = object[key].(string)
		}
		if text == "" {
			return "", errors.New("the value is empty")
		}
		return text, nil
	}
}

// lazyValue is fetched when it is first asked for, and again when it is older than its ttl; a ttl of 0 keeps it for
// good. When a later fetch fails the last value goes on being served, so taking a secret away revokes nothing. A failure
// is remembered for failureTTL.
type lazyValue struct {
	fetch           fetch
	ttl, failureTTL time.Duration
	now             func() time.Time

	lock   sync.Mutex
	value  string
	failed error
	again  time.Time
}

// fetchTimeout bounds a look-up: requests wait for it.
const fetchTimeout = 10 * time.Second

func (v *lazyValue) get(ctx context.Context) (string, error) {
	v.lock.Lock()
	defer v.lock.Unlock()
	known := v.value != "" || v.failed != nil
	if known && (v.again.IsZero() || v.now().Before(v.again)) {
		return v.result()
	}
	// One client that goes away must not spoil the value for the others.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer stop()
	value, err := v.fetch(ctx)
	v.failed = err
	wait := v.failureTTL
	if err == nil {
		v.value, wait = value, v.ttl
	}
	v.again = time.Time{}
	if wait > 0 || err != nil {
		v.again = v.now().Add(wait)
	}
	return v.result()
}

func (v *lazyValue) result() (string, error) {
	if v.value != "" {
		return v.value, nil
	}
	return "", v.failed
}
