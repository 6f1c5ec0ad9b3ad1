package main

import (
	"crypto/tls"
	"fmt"
	"path/filepath"
	"testing"
)

func TestEveryNameGetsOneCertificateAndTheirNumberIsBounded(t *testing.T) {
	for _, algorithm := range []string{"rsa4096", "ed25519"} {
		directory := t.TempDir()
		if err := generateCA(directory, algorithm); err != nil {
			t.Fatal(err)
		}
		cache, err := loadLeaves(TLSConfig{CACert: filepath.Join(directory, "ca.crt"), CAKey: filepath.Join(directory, "ca.key"), CertCacheSize: 3})
		if err != nil {
			t.Fatal(err)
		}
		first, err := cache.get(&tls.ClientHelloInfo{ServerName: "h"})
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := cache.get(&tls.ClientHelloInfo{ServerName: "h"}); again != first {
			t.Error("a second certificate for one name")
		}
		if err := first.Leaf.CheckSignatureFrom(cache.authority); err != nil || first.Leaf.VerifyHostname("h") != nil {
			t.Error(err)
		}
		for number := range 20 {
			if _, err := cache.get(&tls.ClientHelloInfo{ServerName: fmt.Sprintf("h%d", number)}); err != nil {
				t.Fatal(err)
			}
		}
		if len(cache.leaves) != 3 {
			t.Errorf("%d certificates are kept", len(cache.leaves))
		}
	}
}

func TestWithoutANameThereIsNoCertificate(t *testing.T) {
	cache := &leafCache{}
	if _, err := cache.get(&tls.ClientHelloInfo{}); err == nil {
		t.Error("no error")
	}
}
