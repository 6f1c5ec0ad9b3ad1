package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"path"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// dnsServer answers every A question with the proxy's address, and every other question with no record. It looks up only
// the names of `passthrough`, with the system's resolver: a policy must not allow that way out.
type dnsServer struct {
	answer      [4]byte
	passthrough []string
	udp         net.PacketConn
	tcp         net.Listener
}

// dnsLifetime is how long an answer may be kept, in seconds.
const dnsLifetime = 60

func openDNS(config *Config) (*dnsServer, error) {
	server := &dnsServer{answer: netip.MustParseAddr(config.DNS.ProxyIP).As4(), passthrough: config.DNS.Passthrough}
	var err error
	// A port that the system chose for UDP may be in use for TCP: try again.
	for range 8 {
		if server.udp, err = net.ListenPacket("udp", config.DNS.Listen); err != nil {
			break
		}
		if server.tcp, err = net.Listen("tcp", server.udp.LocalAddr().String()); err == nil {
			return server, nil
		}
		server.udp.Close()
	}
	return nil, fmt.Errorf("dns listener: %w", err)
}

func (s *dnsServer) address() string { return s.udp.LocalAddr().String() }

func (s *dnsServer) serve() error {
	ends := make(chan error)
	go func() { ends <- s.serveUDP() }()
	go func() { ends <- s.serveTCP() }()
	return fmt.Errorf("dns listener: %w", <-ends)
}

func (s *dnsServer) serveUDP() error {
	buffer := make([]byte, 4096)
	for {
		count, from, err := s.udp.ReadFrom(buffer)
		if errors.Is(err, net.ErrClosed) {
			return err
		}
		if err != nil {
			continue
		}
		question := append([]byte(nil), buffer[:count]...)
		if len(s.passthrough) == 0 {
			s.reply(question, from)
		} else {
			go s.reply(question, from)
		}
	}
}

func (s *dnsServer) reply(question []byte, to net.Addr) {
	if answer, err := s.respond(question); err == nil {
		_, _ = s.udp.WriteTo(answer, to)
	}
}

const dnsIdle = 30 * time.Second

func (s *dnsServer) serveTCP() error {
	for {
		connection, err := s.tcp.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer connection.Close()
			for s.exchange(connection) == nil {
			}
		}()
	}
}

func (s *dnsServer) exchange(connection net.Conn) error {
	if err := connection.SetDeadline(time.Now().Add(dnsIdle)); err != nil {
		return err
	}
	var length [2]byte
	if _, err := io.ReadFull(connection, length[:]); err != nil {
		return err
	}
	question := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(connection, question); err != nil {
		return err
	}
	answer, err := s.respond(question)
	if err != nil {
		return err
	}
	_, err = connection.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...))
	return err
}

// respond fails on a packet that is no question: such a packet gets no answer.
func (s *dnsServer) respond(packet []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(packet)
	if err != nil {
		return nil, err
	}
	if header.Response {
		return nil, errors.New("an answer, not a question")
	}
	questions, err := parser.AllQuestions()
	if err != nil {
		return nil, err
	}
	builder := dnsmessage.NewBuilder(nil, dnsmessage.Header{
		ID: header.ID, Response: true, OpCode: header.OpCode, Authoritative: true, RecursionDesired: header.RecursionDesired, RecursionAvailable: true,
	})
	builder.EnableCompression()
	if err := builder.StartQuestions(); err != nil {
		return nil, err
	}
	for _, question := range questions {
		if err := builder.Question(question); err != nil {
			return nil, err
		}
	}
	if err := builder.StartAnswers(); err != nil {
		return nil, err
	}
	for _, question := range questions {
		if question.Type != dnsmessage.TypeA || question.Class != dnsmessage.ClassINET {
			continue
		}
		for _, address := range s.addresses(question.Name.String()) {
			resource := dnsmessage.ResourceHeader{Name: question.Name, Class: question.Class, TTL: dnsLifetime}
			if err := builder.AResource(resource, dnsmessage.AResource{A: address}); err != nil {
				return nil, err
			}
		}
	}
	return builder.Finish()
}

func (s *dnsServer) addresses(name string) [][4]byte {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, pattern := range s.passthrough {
		if matched, _ := path.Match(strings.ToLower(pattern), name); matched {
			return lookUp(name)
		}
	}
	return [][4]byte{s.answer}
}

func lookUp(name string) (found [][4]byte) {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	addresses, _ := net.DefaultResolver.LookupNetIP(ctx, "ip4", name+".")
	for _, address := range addresses {
		found = append(found, address.Unmap().As4())
	}
	return found
}
