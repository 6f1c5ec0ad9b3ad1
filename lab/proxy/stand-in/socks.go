package main

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
)

// SOCKS5 (RFC 1928), the part iron-proxy has: no authentication, CONNECT alone.
const (
	socksVersion     = 5
	socksNoAuth      = 0
	socksNoMethod    = 0xff
	socksConnect     = 1
	socksIPv4        = 1
	socksName        = 3
	socksIPv6        = 4
	socksOK          = 0
	socksRefused     = 2
	socksBadCommand  = 7
	socksBadAddress  = 8
	socksPortIgnored = 0
)

func (t *tunnel) socks(connection *tunnelled) {
	target, reply, err := negotiate(connection)
	if err != nil {
		connection.Close()
		return
	}
	if reply == socksOK && t.ask(context.Background(), target, connection.RemoteAddr().String(), nil) != nil {
		reply = socksRefused
	}
	answer := []byte{socksVersion, reply, 0, socksIPv4, 0, 0, 0, 0, socksPortIgnored, socksPortIgnored}
	if _, err := connection.Write(answer); err != nil || reply != socksOK {
		connection.Close()
		return
	}
	connection.target = target
	t.inside(connection)
}

func negotiate(connection *tunnelled) (target string, reply byte, err error) {
	var head [2]byte
	if _, err = io.ReadFull(connection, head[:]); err != nil {
		return "", 0, err
	}
	methods := make([]byte, head[1])
	if _, err = io.ReadFull(connection, methods); err != nil {
		return "", 0, err
	}
	chosen := byte(socksNoMethod)
	for _, method := range methods {
		if method == socksNoAuth {
			chosen = socksNoAuth
		}
	}
	if _, err = connection.Write([]byte{socksVersion, chosen}); err != nil {
		return "", 0, err
	}
	if chosen == socksNoMethod {
		return "", 0, errors.New("the client insists on authentication")
	}
	var request [4]byte
	if _, err = io.ReadFull(connection, request[:]); err != nil {
		return "", 0, err
	}
	host, reply, err := socksHost(connection, request[3])
	if err != nil || reply != socksOK {
		return "", reply, err
	}
	var port [2]byte
	if _, err = io.ReadFull(connection, port[:]); err != nil {
		return "", 0, err
	}
	if request[1] != socksConnect {
		return "", socksBadCommand, nil
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port[:])))), socksOK, nil
}

func socksHost(connection *tunnelled, kind byte) (string, byte, error) {
	length := 0
	switch kind {
	case socksIPv4:
		length = net.IPv4len
	case socksIPv6:
		length = net.IPv6len
	case socksName:
		size, err := connection.reader.ReadByte()
		if err != nil {
			return "", 0, err
		}
		length = int(size)
	default:
		return "", socksBadAddress, nil
	}
	bytes := make([]byte, length)
	if _, err := io.ReadFull(connection, bytes); err != nil {
		return "", 0, err
	}
	if kind == socksName {
		return string(bytes), socksOK, nil
	}
	address, _ := netip.AddrFromSlice(bytes)
	return address.String(), socksOK, nil
}
