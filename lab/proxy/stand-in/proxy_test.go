package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func echo(w http.ResponseWriter, request *http.Request) {
	body, _ := io.Copy(io.Discard, request.Body)
	fmt.Fprintf(w, "%s %s %s %d %v", request.Method, request.Host, request.RequestURI, body, request.Header)
}

func TestARequestGoesOnAsItCame(t *testing.T) {
	internet(t, echo)
	client := start(t, everything).client(t)
	answer, err := client.Get("https://api.example.com/a%2fb/%252e%252e/..;/x?q=%zz&r=1")
	if got := body(t, answer, err); !strings.HasPrefix(got, "GET api.example.com /a%2fb/%252e%252e/..;/x?q=%zz&r=1 0 ") {
		t.Error(got)
	}
	if answer.ProtoMajor != 2 {
		t.Errorf("the client was offered HTTP/%d", answer.ProtoMajor)
	}
}

func TestHeadersThatEndAtAProxyEndHere(t *testing.T) {
	internet(t, echo)
	got := start(t, everything).raw(t, "h", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nProxy-Authorization: x\r\nTe: trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n")
	for _, gone := range []string{"X-Mine", "Proxy-Authorization", "Upgrade:"} {
		if strings.Contains(got, gone) {
			t.Errorf("%s went on: %s", gone, got)
		}
	}
	if !strings.Contains(got, "Te:[trailers]") || !strings.HasPrefix(got, "HTTP/1.1 200") {
		t.Error(got)
	}
}

func TestARedirectIsHandedToTheClient(t *testing.T) {
	internet(t, func(w http.ResponseWriter, request *http.Request) {
		http.Redirect(w, request, "https://169.254.169.254/latest/", http.StatusFound)
	})
	answer, err := start(t, everything).client(t).Get("https://api.example.com/")
	if body(t, answer, err); answer.StatusCode != http.StatusFound || answer.Header.Get("Location") != "https://169.254.169.254/latest/" {
		t.Error(answer.StatusCode, answer.Header)
	}
}

func TestServerSentEventsArriveAsTheyAreSent(t *testing.T) {
	received := make(chan struct{})
	internet(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		fmt.Fprint(w, "data: 1\n\n")
		_ = http.NewResponseController(w).Flush()
		// A proxy that waits for more would wait for ever.
		<-received
		fmt.Fprint(w, "data: 2\n\n")
	})
	answer, err := start(t, everything).client(t).Get("https://api.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, len("data: 1\n\n"))
	if _, err := io.ReadFull(answer.Body, first); err != nil || string(first) != "data: 1\n\n" {
		t.Fatal(string(first), err)
	}
	close(received)
	if rest := body(t, answer, nil); rest != "data: 2\n\n" {
		t.Error(rest)
	}
}

func TestLargeBodiesStreamBothWaysWhateverTheLimit(t *testing.T) {
	const up, down = 20 * mebibyte, 200 * mebibyte
	internet(t, func(w http.ResponseWriter, request *http.Request) {
		received, _ := io.Copy(io.Discard, request.Body)
		w.Header().Set("X-Received", fmt.Sprint(received))
		_, _ = io.CopyN(w, zeros{}, down)
	})
	answer, err := start(t, everything).client(t).Post("https://api.example.com/", "application/octet-stream", io.LimitReader(zeros{}, up))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	got, err := io.Copy(io.Discard, answer.Body)
	if err != nil || got != down || answer.Header.Get("X-Received") != fmt.Sprint(up) {
		t.Error(got, answer.Header, err)
	}
}

type zeros struct{}

func (zeros) Read(into []byte) (int, error) {
	clear(into)
	return len(into), nil
}

func TestRequestsThatTwoServersCouldReadDifferentlyAreOneOrNone(t *testing.T) {
	internet(t, func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		fmt.Fprintf(w, "[%s %s %q]", request.Method, request.URL.Path, body)
	})
	box := start(t, `- {name: allowlist, config: {rules: [{host: h, paths: [/ok]}]}}`)
	const head = "POST /ok HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
	const smuggled = "GET /admin HTTP/1.1\r\nHost: h\r\n\r\n"
	for shows, bytes := range map[string]string{
		"length and chunks": head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"two lengths":       head + "Content-Length: 0\r\nContent-Length: 30\r\n\r\n" + smuggled,
		"two encodings":     head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + smuggled,
		"an unknown one":    head + "Transfer-Encoding: xchunked\r\n\r\n" + smuggled,
		"a folded header":   head + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n" + smuggled,
		"a space in a name": head + "Content-Length : 30\r\n\r\n" + smuggled,
		"a bare line feed":  "POST /ok HTTP/1.1\nHost: h\nConnection: close\nContent-Length: 0\n\n" + smuggled,
		"two hosts":         "GET /ok HTTP/1.1\r\nHost: h\r\nHost: other\r\n\r\n" + smuggled,
	} {
		if got := box.raw(t, "h", bytes); strings.Contains(got, "/admin") || strings.Count(got, "HTTP/1.1 ") > 1 {
			t.Errorf("%s: %s", shows, got)
		}
	}
}

func TestHeadersBeyondAMegabyteAreRefused(t *testing.T) {
	internet(t, echo)
	got := start(t, everything).raw(t, "h", "GET / HTTP/1.1\r\nHost: h\r\nX: "+strings.Repeat("x", 2*mebibyte)+"\r\n\r\n")
	if got != "" && !strings.HasPrefix(got, "HTTP/1.1 431") {
		t.Error(got)
	}
}

func TestWhatFailsUpstreamIs502AndSaysNothingOfIt(t *testing.T) {
	internet(t, echo)
	client := start(t, everything).client(t)
	for _, address := range []string{"https://api.example.com:8443/", "http://api.example.com/"} {
		answer, err := client.Get(address)
		if got := body(t, answer, err); answer.StatusCode != 502 || got != "bad gateway\n" {
			t.Error(address, answer.StatusCode, got)
		}
	}
}

func TestProxySettingsLeadThroughTheTunnel(t *testing.T) {
	internet(t, echo)
	box := start(t, `- {name: allowlist, config: {rules: [{host: h, methods: [GET], paths: [/ok]}, {host: h, methods: [CONNECT]}]}}`)
	for _, scheme := range []string{"http", "socks5"} {
		proxy := &url.URL{Scheme: scheme, Host: box.doors["tunnel"]}
		client := &http.Client{Transport: &http.Transport{
			Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: box.trust(t)},
		}}
		answer, err := client.Get("https://h/ok")
		if got := body(t, answer, err); !strings.HasPrefix(got, "GET h /ok") {
			t.Error(scheme, got)
		}
		answer, err = client.Get("https://h/other")
		if body(t, answer, err); answer.StatusCode != 403 {
			t.Error(scheme, answer.StatusCode)
		}
		if answer, err := client.Get("https://other/ok"); err == nil {
			t.Error(scheme, "a tunnel to a host without a rule opened", answer.StatusCode)
		}
		client.CloseIdleConnections()
	}
}

func TestTheRequestsOfAConnectionAreEachJudged(t *testing.T) {
	internet(t, echo)
	box := start(t, `- {name: allowlist, config: {rules: [{host: h, paths: [/ok]}]}}`)
	got := box.raw(t, "h", "GET /ok HTTP/1.1\r\nHost: h\r\n\r\nGET /no HTTP/1.1\r\nHost: h\r\n\r\nGET /ok HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n")
	for _, status := range []string{"200 OK", "403 Forbidden", "400 Bad Request"} {
		if strings.Count(got, "HTTP/1.1 "+status) != 1 {
			t.Errorf("%s is missing: %s", status, got)
		}
	}
}

func TestTheAuditLineSaysWhatHappenedAndHoldsNoSecret(t *testing.T) {
	internet(t, echo)
	t.Setenv("STAND_IN_TEST_SECRET", secretValue)
	box := start(t, `
- {name: allowlist, config: {rules: [{host: h, paths: [/p/*]}]}}
- {name: secrets, config: {secrets: [{source: {type: env, var: STAND_IN_TEST_SECRET}, replace: {proxy_value: "p;", match_path: true}, rules: [{host: h}]}]}}`)
	client := box.client(t)
	for path, status := range map[string]int{"https://h/p/p;/x": 200, "https://h/no": 403, "https://h:8443/p/p;/y": 502} {
		answer, err := client.Get(path)
		if body(t, answer, err); answer.StatusCode != status {
			t.Error(path, answer.StatusCode)
		}
	}
	log := box.log()
	for _, line := range []string{
		`"level":"INFO","msg":"request","audit":{"host":"h","method":"GET","path":"/p/p;/x"`,
		`"action":"allow","status_code":200`,
		`"level":"WARN","msg":"request","audit":{"host":"h","method":"GET","path":"/no"`,
		`"action":"reject","status_code":403`, `"rejected_by":"allowlist"`,
		`"level":"ERROR","msg":"request","audit":{"host":"h:8443","method":"GET","path":"/p/p;/y"`,
		`"action":"error","status_code":502`,
		`"swapped":["env STAND_IN_TEST_SECRET"]`,
	} {
		if !strings.Contains(log, line) {
			t.Errorf("%s is missing in\n%s", line, log)
		}
	}
	if strings.Contains(log, secretValue) {
		t.Error(log)
	}
}

func TestAServerNameAndAHostThatDifferAre400(t *testing.T) {
	internet(t, echo)
	box := start(t, everything)
	if got := box.raw(t, "h", "GET / HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 400") {
		t.Error(got)
	}
	if got := box.raw(t, "h", "GET /a/%2e%2e/b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 400") {
		t.Error(got)
	}
	if bytes.Contains([]byte(box.log()), []byte(`"msg":"request"`)) {
		t.Error("what is refused before the rules leaves an audit line")
	}
}
