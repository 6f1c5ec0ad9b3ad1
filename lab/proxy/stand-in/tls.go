package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// leafCache issues a certificate for every name that a handshake asks for, signed by the box's own authority.
type leafCache struct {
	authority *x509.Certificate
	signer    crypto.PrivateKey
	key       *ecdsa.PrivateKey

	lock   sync.Mutex
	leaves map[string]*tls.Certificate
}

const leafLifetime = 72 * time.Hour

func loadLeaves(config TLSConfig) (*leafCache, error) {
	pair, err := tls.LoadX509KeyPair(config.CACert, config.CAKey)
	if err != nil {
		return nil, fmt.Errorf("tls.ca_cert and tls.ca_key: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return &leafCache{authority: pair.Leaf, signer: pair.PrivateKey, key: key, leaves: map[string]*tls.Certificate{}}, nil
}

func (c *leafCache) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
}

func (c *leafCache) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if hello.ServerName == "" {
		return nil, errors.New("the handshake names no host")
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if known := c.leaves[hello.ServerName]; known != nil {
		return known, nil
	}
	leaf, err := c.mint(hello.ServerName)
	if err != nil {
		// net/http writes this into the log as it is: so does iron-proxy.
		return nil, fmt.Errorf("generating cert for %s: %w", hello.ServerName, err)
	}
	c.leaves[hello.ServerName] = leaf
	return leaf, nil
}

func (c *leafCache) mint(host string) (*tls.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "stand-in"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(leafLifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if address := net.ParseIP(host); address != nil {
		template.IPAddresses = []net.IP{address}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.authority, &c.key.PublicKey, c.signer)
	if err != nil {
		return nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, c.authority.Raw}, PrivateKey: c.key, Leaf: leaf}, nil
}
