package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

func (b *box) reload(t *testing.T, key string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, "http://"+b.doors["management"]+"/v1/reload", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text)
}

func (b *box) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(b.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAReloadSwapsTheTransformsAndNothingElse(t *testing.T) {
	internet(t, echo)
	box := start(t, everything)
	client := box.client(t)
	expectStatus(t, client, "https://h/", 200)
	expectStatus(t, client, "https://h:8443/", 502)

	changed := configText(`- {name: allowlist, config: {rules: [{host: other}]}}`)
	box.write(t, strings.Replace(changed, "127.0.0.0/8", "0.0.0.0/0", 1))
	if status, text := box.reload(t, "placeholder"); status != 200 {
		t.Fatal(status, text)
	}
	expectStatus(t, client, "https://h/", 403)
	expectStatus(t, client, "https://other/", 200)
}

func TestAFileThatIsWrongChangesNothing(t *testing.T) {
	internet(t, echo)
	box := start(t, everything)
	for _, wrong := range []string{"a: [", "unknown: 1", configText("- {name: allowlist, config: {rules: [{}]}}"), ""} {
		box.write(t, wrong)
		status, text := box.reload(t, "placeholder")
		if status != 422 || !strings.HasPrefix(text, `{"error":"`) {
			t.Errorf("%q: %d %s", wrong, status, text)
		}
	}
	expectStatus(t, box.client(t), "https://h/", 200)
}

func TestOnlyWhoHasTheKeyMayReload(t *testing.T) {
	box := start(t, everything)
	box.write(t, configText(`- {name: allowlist, config: {rules: []}}`))
	for _, key := range []string{"", "wrong", "placeholder2"} {
		if status, _ := box.reload(t, key); status != 401 {
			t.Errorf("%q: %d", key, status)
		}
	}
	if strings.Contains(box.log(), `"msg":"reloaded"`) {
		t.Error("it reloaded")
	}
}

func TestHealthIsKnownOnceEveryDoorIsOpen(t *testing.T) {
	answer, err := http.Get("http://" + start(t, everything).doors["metrics"] + "/healthz")
	if got := body(t, answer, err); answer.StatusCode != 200 || got != "ok\n" {
		t.Error(answer.StatusCode, got)
	}
}

func expectStatus(t *testing.T, client *http.Client, address string, want int) {
	t.Helper()
	answer, err := client.Get(address)
	if body(t, answer, err); answer.StatusCode != want {
		t.Errorf("%s: %d, want %d", address, answer.StatusCode, want)
	}
}
