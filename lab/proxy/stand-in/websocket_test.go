package main

import (
	"bufio"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
)

const handshake = "GET /feed HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"

func mirror(w http.ResponseWriter, request *http.Request) {
	if !asksForWebSocket(request) {
		http.Error(w, "no handshake", http.StatusUpgradeRequired)
		return
	}
	connection, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer connection.Close()
	_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	_, _ = io.Copy(connection, buffered)
}

func TestAWebSocketOpensAndCarriesBytesBothWays(t *testing.T) {
	internet(t, mirror)
	box := start(t, everything)
	connection, err := tls.Dial("tcp", box.doors["https"], &tls.Config{RootCAs: box.trust(t), ServerName: "h"})
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, handshake); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(connection)
	answer, err := http.ReadResponse(reader, nil)
	if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(answer, err)
	}
	for _, word := range []string{"one", "two"} {
		if _, err := io.WriteString(connection, word); err != nil {
			t.Fatal(err)
		}
		back := make([]byte, len(word))
		if _, err := io.ReadFull(reader, back); err != nil || string(back) != word {
			t.Error(string(back), err)
		}
	}
}

func TestWithoutItsUpgradeHeaderAHandshakeIsAPlainRequest(t *testing.T) {
	internet(t, mirror)
	box := start(t, everything+"\n"+`- {name: header_allowlist, config: {headers: ["/^[^u].*$/"]}}`)
	got := box.raw(t, "h", strings.Replace(handshake, "keep-alive", "close", 1))
	if !strings.HasPrefix(got, "HTTP/1.1 426") {
		t.Error(got)
	}
}
