package main

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const secretValue = "not-a-real-key"

// secretsOf builds the transform from the YAML of its entries; every source is an environment variable.
func secretsOf(t *testing.T, entries string) transform {
	t.Helper()
	var node yaml.Node
	if err := yaml.Unmarshal([]byte("secrets: "+entries), &node); err != nil {
		t.Fatal(err)
	}
	config := &Config{}
	config.Proxy.MaxRequestBodyBytes = 64
	built, err := newSecrets(*node.Content[0], config)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func apply(t *testing.T, transform transform, request *http.Request) (*refusal, error) {
	t.Helper()
	return transform.apply(request, map[string]any{})
}

const known, unknown = `source: {type: env, var: STAND_IN_TEST_SECRET}`, `source: {type: env, var: STAND_IN_TEST_NOTHING}`

func secretRequest(t *testing.T, method, address, body string) *http.Request {
	t.Helper()
	t.Setenv("STAND_IN_TEST_SECRET", secretValue)
	return httptest.NewRequest(method, address, strings.NewReader(body))
}

func TestAnInjectedHeaderReplacesTheClientsInAnyLetterCase(t *testing.T) {
	request := secretRequest(t, "GET", "https://h/", "")
	request.Header["authorization"] = []string{"mine"}
	request.Header["Authorization"] = []string{"mine too", "and mine"}
	built := secretsOf(t, `[{`+known+`, inject: {header: authorization, formatter: "Bearer {{ .Value }}"}, rules: [{host: h}]}]`)
	if no, err := apply(t, built, request); no != nil || err != nil {
		t.Fatal(no, err)
	}
	if got := request.Header; len(got) != 1 || len(got["Authorization"]) != 1 || got.Get("Authorization") != "Bearer "+secretValue {
		t.Errorf("%v", got)
	}
}

func TestAnInjectedQueryParameterReplacesTheClients(t *testing.T) {
	request := secretRequest(t, "GET", "https://h/?key=mine&key=too&other=x", "")
	built := secretsOf(t, `[{`+known+`, inject: {query_param: key}, rules: [{host: h}]}]`)
	if no, err := apply(t, built, request); no != nil || err != nil {
		t.Fatal(no, err)
	}
	if request.URL.RawQuery != "key="+secretValue+"&other=x" {
		t.Error(request.URL.RawQuery)
	}
}

func TestASecretGoesOnlyWhereItsOwnRulesSay(t *testing.T) {
	request := secretRequest(t, "POST", "https://h/", "")
	built := secretsOf(t, `[{`+known+`, inject: {header: X-Key}, rules: [{host: h, methods: [GET]}]}]`)
	if no, err := apply(t, built, request); no != nil || err != nil || request.Header.Get("X-Key") != "" {
		t.Error(no, err, request.Header)
	}
}

func TestASecretThatCannotBeHadIsSkippedUnlessItIsRequired(t *testing.T) {
	for require, refused := range map[string]bool{"": false, ", require: false": false, ", require: true": true} {
		request := secretRequest(t, "GET", "https://h/", "")
		built := secretsOf(t, `[{`+unknown+`, inject: {header: X-Key`+require+`}, rules: [{host: h}]}]`)
		no, err := apply(t, built, request)
		if err != nil || (no != nil) != refused || request.Header.Get("X-Key") != "" {
			t.Errorf("%q: %v %v", require, no, err)
		}
		if no != nil && no.status != http.StatusForbidden {
			t.Error(no.status)
		}
	}
}

func TestAnUnsetSecretEndsInTheLockOfItsFormatter(t *testing.T) {
	formatter := `{{ if eq .Value \"UNSET\" }}{{ index \"\" 0 }}{{ end }}Bearer {{ .Value }}`
	entry := `[{` + known + `, inject: {header: X-Key, formatter: "` + formatter + `"}, rules: [{host: h}]}]`
	request := secretRequest(t, "GET", "https://h/", "")
	if no, err := apply(t, secretsOf(t, entry), request); no != nil || err != nil || request.Header.Get("X-Key") != "Bearer "+secretValue {
		t.Error(no, err, request.Header)
	}
	request = secretRequest(t, "GET", "https://h/", "")
	t.Setenv("STAND_IN_TEST_SECRET", "UNSET")
	no, err := apply(t, secretsOf(t, entry), request)
	if no != nil || err == nil || request.Header.Get("X-Key") != "" {
		t.Error(no, err, request.Header)
	}
}

func TestAFormattersErrorSaysNothingOfTheValue(t *testing.T) {
	request := secretRequest(t, "GET", "https://h/", "")
	_, err := apply(t, secretsOf(t, `[{`+known+`, inject: {header: X-Key, formatter: "{{ index .Value .Value }}"}, rules: [{host: h}]}]`), request)
	if err == nil || strings.Contains(err.Error(), secretValue) {
		t.Error(err)
	}
}

func TestAPlaceholderIsSwappedWhereItMayStand(t *testing.T) {
	basic := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	request := secretRequest(t, "POST", "https://h/bot;p/x?q=bot;p&r=bot%3Bp", "a bot;p b")
	request.Header.Set("Authorization", basic("me:bot;p"))
	request.Header.Set("X-Other", "bot;p")
	built := secretsOf(t, `[{`+known+`, replace: {proxy_value: "bot;p", match_headers: [/^auth/], match_path: true, match_query: true, match_body: true}, rules: [{host: h}]}]`)
	if no, err := apply(t, built, request); no != nil || err != nil {
		t.Fatal(no, err)
	}
	body, _ := io.ReadAll(request.Body)
	for got, want := range map[string]string{
		request.URL.Path:                    "/" + secretValue + "/x",
		request.URL.RawQuery:                "r=" + secretValue,
		string(body):                        "a " + secretValue + " b",
		request.Header.Get("Authorization"): basic("me:" + secretValue),
		request.Header.Get("X-Other"):       "bot;p",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if request.ContentLength != int64(len(body)) {
		t.Error(request.ContentLength)
	}
}

func TestWithoutNamesEveryHeaderIsSwapped(t *testing.T) {
	request := secretRequest(t, "GET", "https://h/", "")
	request.Header.Set("X-Any", "bot;p")
	if _, err := apply(t, secretsOf(t, `[{`+known+`, replace: {proxy_value: "bot;p"}, rules: [{host: h}]}]`), request); err != nil {
		t.Fatal(err)
	}
	if request.Header.Get("X-Any") != secretValue {
		t.Error(request.Header)
	}
}

func TestARequiredPlaceholderRefusesARequestWithoutIt(t *testing.T) {
	entry := `[{` + known + `, replace: {proxy_value: "bot;p", match_path: true, require: true}, rules: [{host: h}]}]`
	if no, err := apply(t, secretsOf(t, entry), secretRequest(t, "GET", "https://h/x", "")); no == nil || no.status != 403 || err != nil {
		t.Error(no, err)
	}
	// A rule without methods catches the tunnel's CONNECT too, which has no path.
	if no, _ := apply(t, secretsOf(t, entry), secretRequest(t, "CONNECT", "h:443", "")); no == nil {
		t.Error("CONNECT passed")
	}
}

func TestABodyThatIsTooLargeToLookThroughGoesNowhere(t *testing.T) {
	built := secretsOf(t, `[{`+known+`, replace: {proxy_value: "bot;p", match_body: true}, rules: [{host: h}]}]`)
	if _, err := apply(t, built, secretRequest(t, "POST", "https://h/", strings.Repeat("x", 65))); !errors.Is(err, errBodyTooLarge) {
		t.Error(err)
	}
	chunked := secretRequest(t, "POST", "https://h/", strings.Repeat("x", 65))
	chunked.ContentLength = -1
	if _, err := apply(t, built, chunked); !errors.Is(err, errBodyTooLarge) {
		t.Error(err)
	}
}
