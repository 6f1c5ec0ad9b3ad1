package main

import (
	"net/http"

	"gopkg.in/yaml.v3"
)

// allowlist refuses a request that no rule names, with 403.
type allowlist struct {
	Rules Rules `yaml:"rules"`
}

func newAllowlist(node yaml.Node, _ *Config) (transform, error) {
	list := &allowlist{}
	if err := node.Decode(list); err != nil {
		return nil, err
	}
	return list, list.Rules.check("config")
}

func (list *allowlist) apply(request *http.Request, _ map[string]any) (*refusal, error) {
	if list.Rules.match(request) {
		return nil, nil
	}
	return &refusal{status: http.StatusForbidden, reason: "no rule allows it"}, nil
}
