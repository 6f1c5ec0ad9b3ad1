package main

import (
	"crypto/tls"
	"io"
	"net"
	"testing"
)

// crowd is how many connections an agent holds open, each in the middle of a request that it never ends.
const crowd = 2000

func TestACrowdThatNeverEndsItsRequestsKeepsNobodyOut(t *testing.T) {
	internet(t, echo)
	box := start(t, everything)
	settings := &tls.Config{RootCAs: box.trust(t), ServerName: "h", NextProtos: []string{"http/1.1"}}
	for number := range crowd {
		var connection net.Conn
		var err error
		if number%2 == 0 {
			connection, err = tls.Dial("tcp", box.doors["https"], settings)
		} else {
			connection, err = net.Dial("tcp", box.doors["tunnel"])
		}
		if err != nil {
			t.Fatal(err)
		}
		defer connection.Close()
		if _, err := io.WriteString(connection, "GET / HTTP/1.1\r\nHost: h\r\nX-Slow: "); err != nil {
			t.Fatal(err)
		}
	}
	expectStatus(t, box.client(t), "https://h/", 200)
}
