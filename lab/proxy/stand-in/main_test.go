package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestItSaysWhatItIs(t *testing.T) {
	var out bytes.Buffer
	if run([]string{"version"}, &out, &out) != 0 || out.String() != "stand-in-not-iron-proxy\n" {
		t.Error(out.String())
	}
	if !strings.Contains(start(t, everything).log(), name) {
		t.Error("its log doesn't say so")
	}
}

func TestWhatItDoesNotKnowEndsIt(t *testing.T) {
	directory := t.TempDir()
	for _, each := range []struct {
		arguments []string
		status    int
	}{
		{nil, 2},
		{[]string{"-config"}, 2},
		{[]string{"-other", "x"}, 2},
		{[]string{"-config", directory + "/none", "more"}, 2},
		{[]string{"-config", directory + "/none"}, 1},
		{[]string{"generate-ca", "-alg", "none", "-outdir", directory}, 1},
		{[]string{"generate-ca", "-outdir", directory + "/none", "-alg", "ed25519"}, 1},
		{[]string{"generate-ca", "-outdir", directory, "-alg", "ed25519"}, 0},
	} {
		var log bytes.Buffer
		if got := run(each.arguments, &log, &log); got != each.status {
			t.Errorf("%v: %d %s", each.arguments, got, log.String())
		}
	}
}
