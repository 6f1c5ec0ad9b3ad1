package main

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// generateCommand writes ca.crt and ca.key, as `iron-proxy generate-ca` does.
func generateCommand(arguments []string, out, log io.Writer) int {
	flags := flag.NewFlagSet("generate-ca", flag.ContinueOnError)
	flags.SetOutput(log)
	directory := flags.String("outdir", ".", "where ca.crt and ca.key go")
	algorithm := flags.String("alg", "rsa4096", "rsa4096 or ed25519")
	if flags.Parse(arguments) != nil {
		return 2
	}
	if err := generateCA(*directory, *algorithm); err != nil {
		fmt.Fprintf(log, "error: %v\n", err)
		return 1
	}
	fmt.Fprintf(out, "wrote ca.crt and ca.key to %s\n", *directory)
	return 0
}

const authorityYears = 10

func generateCA(directory, algorithm string) error {
	key, err := generateKey(algorithm)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: "stand-in CA (not iron-proxy)"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().AddDate(authorityYears, 0, 0),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(filepath.Join(directory, "ca.key"), "PRIVATE KEY", private, 0o600); err != nil {
		return err
	}
	return writePEM(filepath.Join(directory, "ca.crt"), "CERTIFICATE", certificate, 0o644)
}

func generateKey(algorithm string) (crypto.Signer, error) {
	switch algorithm {
	case "rsa4096":
		return rsa.GenerateKey(rand.Reader, 4096)
	case "ed25519":
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, fmt.Errorf("-alg: %q must be rsa4096 or ed25519", algorithm)
}

func writePEM(file, kind string, bytes []byte, mode os.FileMode) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}), mode)
}
