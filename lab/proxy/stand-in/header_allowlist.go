package main

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// A headerPattern is a header's name, or a regular expression between slashes; letter case counts in neither.
type headerPattern struct {
	name       string
	expression *regexp.Regexp
}

func compileHeaders(texts []string) ([]headerPattern, error) {
	var patterns []headerPattern
	for _, text := range texts {
		if len(text) < 3 || !strings.HasPrefix(text, "/") || !strings.HasSuffix(text, "/") {
			patterns = append(patterns, headerPattern{name: text})
			continue
		}
		expression, err := regexp.Compile("(?i)" + text[1:len(text)-1])
		if err != nil {
			return nil, fmt.Errorf("header pattern %q: %w", text, err)
		}
		patterns = append(patterns, headerPattern{expression: expression})
	}
	return patterns, nil
}

func (p headerPattern) match(header string) bool {
	if p.expression != nil {
		return p.expression.MatchString(header)
	}
	return strings.EqualFold(p.name, header)
}

// headerAllowlist removes every header that no pattern names, from the requests of its rules; without rules, from all.
type headerAllowlist struct {
	patterns []headerPattern
	rules    Rules
}

func newHeaderAllowlist(node yaml.Node, _ *Config) (transform, error) {
	var config struct {
		Headers []string `yaml:"headers"`
		Rules   Rules    `yaml:"rules"`
	}
	if err := node.Decode(&config); err != nil {
		return nil, err
	}
	patterns, err := compileHeaders(config.Headers)
	if err == nil && len(config.Rules) > 0 {
		err = config.Rules.check("config")
	}
	return &headerAllowlist{patterns, config.Rules}, err
}

func (list *headerAllowlist) apply(request *http.Request, notes map[string]any) (*refusal, error) {
	if len(list.rules) > 0 && !list.rules.match(request) {
		return nil, nil
	}
	var removed []string
	for header := range request.Header {
		if !matchesAny(list.patterns, header) {
			removed = append(removed, header)
			delete(request.Header, header)
		}
	}
	if len(removed) > 0 {
		notes["removed"] = removed
	}
	return nil, nil
}

func matchesAny(patterns []headerPattern, header string) bool {
	for _, pattern := range patterns {
		if pattern.match(header) {
			return true
		}
	}
	return false
}
