package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"time"

	"gopkg.in/yaml.v3"
)

// Config is the part of iron-proxy's configuration file that Agent Airlock writes. An unknown key is an error, except
// below a transform's `config`: iron-proxy ignores unknown keys there without a word, and so does this program.
type Config struct {
	DNS        DNSConfig         `yaml:"dns"`
	Proxy      ProxyConfig       `yaml:"proxy"`
	TLS        TLSConfig         `yaml:"tls"`
	Transforms []TransformConfig `yaml:"transforms"`
	Metrics    struct {
		Listen string `yaml:"listen"`
	} `yaml:"metrics"`
	Log struct {
		Level string `yaml:"level"`
	} `yaml:"log"`
}

// DNSConfig must switch iron-proxy's own server off, which is on by default.
type DNSConfig struct {
	Enabled *bool `yaml:"enabled"`
}

type ProxyConfig struct {
	HTTPListen  string `yaml:"http_listen"`
	HTTPSListen string `yaml:"https_listen"`
	// MaxRequestBodyBytes bounds a body that a transform holds in memory; other bodies stream, whatever their size.
	MaxRequestBodyBytes           int64         `yaml:"max_request_body_bytes"`
	UpstreamResponseHeaderTimeout time.Duration `yaml:"upstream_response_header_timeout"`
	// UpstreamDenyCIDRs replaces iron-proxy's own list, so there is none here.
	UpstreamDenyCIDRs []string `yaml:"upstream_deny_cidrs"`
	UpstreamProxy     struct {
		HTTPProxy string `yaml:"http_proxy"`
	} `yaml:"upstream_proxy"`
}

type TLSConfig struct {
	Mode   string `yaml:"mode"`
	CACert string `yaml:"ca_cert"`
	CAKey  string `yaml:"ca_key"`
}

type TransformConfig struct {
	Name   string    `yaml:"name"`
	Config yaml.Node `yaml:"config"`
}

const mebibyte = 1 << 20

func loadFile(file string) (*Config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return load(text)
}

// load reads the first document of the text; a second one is warden's (`airlock policy` prints both).
func load(text []byte) (*Config, error) {
	config := &Config{}
	config.Proxy.HTTPListen = ":80"
	config.Proxy.HTTPSListen = ":443"
	config.Proxy.MaxRequestBodyBytes = mebibyte
	config.Proxy.UpstreamResponseHeaderTimeout = 30 * time.Second
	config.Metrics.Listen = ":9090"
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(config); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return config, config.check()
}

func (c *Config) check() error {
	if c.DNS.Enabled == nil || *c.DNS.Enabled {
		return errors.New("dns.enabled: must be false: there is no DNS server here")
	}
	if c.TLS.Mode != "" && c.TLS.Mode != "mitm" {
		return fmt.Errorf("tls.mode: must be mitm, not %q", c.TLS.Mode)
	}
	if c.TLS.CACert == "" || c.TLS.CAKey == "" {
		return errors.New("tls.ca_cert and tls.ca_key: both must name a file")
	}
	return nil
}
