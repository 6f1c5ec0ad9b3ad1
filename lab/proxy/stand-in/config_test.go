package main

import (
	"strings"
	"testing"
)

const noDNS = "dns: {enabled: false}\n"

const sound = noDNS + `
tls: {ca_cert: /x, ca_key: /y}
transforms: [{name: allowlist, config: {rules: [{host: h, method: [GET]}]}}]
`

func TestAnUnknownKeyIsAnErrorExceptBelowATransform(t *testing.T) {
	config, err := load([]byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	built, err := buildPipeline(config)
	if err != nil {
		t.Fatal(err)
	}
	// The misspelt list is ignored: the rule allows every method.
	if rule := built[0].transform.(*allowlist).Rules[0]; len(rule.Methods) != 0 {
		t.Errorf("%+v", rule)
	}
	for _, wrong := range []string{"dsn: {}", "proxy: {http_listn: x}", "transforms: [{name: allowlist, configuration: {}}]"} {
		if _, err := load([]byte(noDNS + "tls: {ca_cert: /x, ca_key: /y}\n" + wrong)); err == nil || !strings.Contains(err.Error(), "not found in type") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

func TestASettingThatTheStandInLacksIsRefused(t *testing.T) {
	for _, wrong := range []string{
		"tls: {ca_cert: /x, ca_key: /y}", "dns: {enabled: true}\ntls: {ca_cert: /x, ca_key: /y}",
		noDNS + "tls: {mode: sni-only, ca_cert: /x, ca_key: /y}", noDNS + "tls: {ca_cert: /x}",
	} {
		if _, err := load([]byte(wrong + "\ntransforms: []\n")); err == nil {
			t.Errorf("%s was accepted", wrong)
		}
	}
	for _, wrong := range []string{
		"{name: judge}", "{name: allowlist, config: {rules: [{}]}}", "{name: header_allowlist, config: {headers: [/(/]}}",
		"{name: secrets, config: {secrets: [{source: {type: vault}, inject: {header: x}, rules: []}]}}",
		"{name: secrets, config: {secrets: [{source: {type: env, var: x}, rules: []}]}}",
		"{name: secrets, config: {secrets: [{source: {type: env, var: x}, inject: {header: x, formatter: '{{'}, rules: []}]}}",
		"{name: aws_auth, config: {credentials_provider: {type: static}}}",
	} {
		config, err := load([]byte(noDNS + "tls: {ca_cert: /x, ca_key: /y}\ntransforms: [" + wrong + "]\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := buildPipeline(config); err == nil {
			t.Errorf("%s was accepted", wrong)
		}
	}
}
