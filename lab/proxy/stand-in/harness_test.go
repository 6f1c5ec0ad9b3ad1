package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// places of the test run: two authorities, one of the box and one of the internet around it.
var boxCA, internetCA string

func TestMain(m *testing.M) {
	os.Exit(prepare(m))
}

func prepare(m *testing.M) int {
	directory, err := os.MkdirTemp("", "stand-in-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(directory)
	boxCA, internetCA = filepath.Join(directory, "box"), filepath.Join(directory, "internet")
	for _, place := range []string{boxCA, internetCA} {
		if err := os.Mkdir(place, 0o700); err != nil {
			panic(err)
		}
		if err := generateCA(place, "ed25519"); err != nil {
			panic(err)
		}
	}
	for key, value := range map[string]string{
		"SSL_CERT_FILE":             filepath.Join(internetCA, "ca.crt"),
		"AWS_REGION":                "us-east-1",
		"AWS_ACCESS_KEY_ID":         "placeholder-of-the-role",
		"AWS_SECRET_ACCESS_KEY":     "not-a-real-key",
		"AWS_EC2_METADATA_DISABLED": "true",
		"IRON_MANAGEMENT_API_KEY":   "placeholder",
		"IRON_DNS_PROXY_IP":         "192.0.2.10",
	} {
		os.Setenv(key, value)
	}
	return m.Run()
}

// internet serves every host over TLS, on a loopback port that dials to 443 are led to.
func internet(t *testing.T, handler http.HandlerFunc) {
	t.Helper()
	leaves, err := loadLeaves(TLSConfig{CACert: filepath.Join(internetCA, "ca.crt"), CAKey: filepath.Join(internetCA, "ca.key")})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler, TLSConfig: leaves.config()}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	t.Cleanup(func() { server.Close() })
	t.Setenv(replayVariable, "443="+listener.Addr().String()+",*=127.0.0.1:1")
}

// box is a running stand-in: where its doors are, what it wrote, and its file.
type box struct {
	doors map[string]string
	file  string

	lock  sync.Mutex
	lines []string
}

const plaintextGrave = "http://127.0.0.1:9"

func configText(transforms string) string {
	return fmt.Sprintf(`
dns: {listen: "127.0.0.1:0"}
proxy:
  http_listen: "127.0.0.1:0"
  https_listen: "127.0.0.1:0"
  tunnel_listen: "127.0.0.1:0"
  upstream_deny_cidrs: [127.0.0.0/8]
  upstream_proxy: {http_proxy: "%s"}
tls: {mode: mitm, ca_cert: %s/ca.crt, ca_key: %s/ca.key}
metrics: {listen: "127.0.0.1:0"}
management: {listen: "127.0.0.1:0"}
transforms:
%s
`, plaintextGrave, boxCA, boxCA, transforms)
}

const everything = `- {name: allowlist, config: {rules: [{host: "*"}]}}`

// start runs the program as main does and waits until it has said where every door is. It runs until the tests end.
func start(t *testing.T, transforms string) *box {
	t.Helper()
	started := &box{doors: map[string]string{}, file: filepath.Join(t.TempDir(), "policy.yaml")}
	if err := os.WriteFile(started.file, []byte(configText(transforms)), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, writer := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run([]string{"-config", started.file}, io.Discard, writer)
		writer.Close()
	}()
	ready := make(chan struct{})
	go started.read(reader, ready)
	select {
	case <-ready:
	case status := <-ended:
		t.Fatalf("it ended with %d: %s", status, started.log())
	}
	return started
}

func (b *box) read(from io.Reader, ready chan<- struct{}) {
	const doors = 6
	scanner := bufio.NewScanner(from)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		b.lock.Lock()
		b.lines = append(b.lines, scanner.Text())
		b.lock.Unlock()
		var line struct{ Msg, Listener, Addr string }
		if json.Unmarshal(scanner.Bytes(), &line) != nil || line.Msg != "listening" {
			continue
		}
		b.doors[line.Listener] = line.Addr
		if len(b.doors) == doors {
			close(ready)
		}
	}
}

func (b *box) log() string {
	b.lock.Lock()
	defer b.lock.Unlock()
	return strings.Join(b.lines, "\n")
}

func (b *box) trust(t *testing.T) *x509.CertPool {
	t.Helper()
	authority, err := os.ReadFile(filepath.Join(boxCA, "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	return pool
}

// client comes to the box as DNS leads it: every host is the box.
func (b *box) client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: b.trust(t)},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			door := "https"
			if strings.HasSuffix(address, ":80") {
				door = "http"
			}
			return (&net.Dialer{}).DialContext(ctx, network, b.doors[door])
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// raw sends bytes over TLS and returns everything that comes back.
func (b *box) raw(t *testing.T, sni, bytes string) string {
	t.Helper()
	connection, err := tls.Dial("tcp", b.doors["https"], &tls.Config{RootCAs: b.trust(t), ServerName: sni, NextProtos: []string{"http/1.1"}})
	if err != nil {
		return ""
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, bytes); err != nil {
		return ""
	}
	answer, _ := io.ReadAll(connection)
	return string(answer)
}

func body(t *testing.T, answer *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
