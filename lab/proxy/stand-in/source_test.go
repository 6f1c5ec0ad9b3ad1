package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// clocked is a value whose source returns what `say` holds; only the test moves its clock.
func clocked(ttl time.Duration) (value *lazyValue, say *string, count *int, pass func(time.Duration)) {
	now := time.Unix(0, 0)
	say, count = new(string), new(int)
	*say = "first"
	value = &lazyValue{ttl: ttl, now: func() time.Time { return now }}
	value.fetch = func(context.Context) (string, error) {
		*count++
		if *say == "broken" {
			return "", errors.New("broken")
		}
		return *say, nil
	}
	return value, say, count, func(by time.Duration) { now = now.Add(by) }
}

func TestAValueIsFetchedAtItsFirstUseAndKeptForItsTTL(t *testing.T) {
	value, say, count, pass := clocked(time.Minute)
	if *count != 0 {
		t.Error("fetched before its first use")
	}
	expectValue(t, value, "first")
	*say = "second"
	pass(59 * time.Second)
	expectValue(t, value, "first")
	pass(time.Second)
	expectValue(t, value, "second")
	if *count != 2 {
		t.Errorf("fetched %d times", *count)
	}
}

func TestWithoutATTLAValueIsKeptForEver(t *testing.T) {
	value, say, _, pass := clocked(0)
	expectValue(t, value, "first")
	*say = "second"
	pass(1000 * time.Hour)
	expectValue(t, value, "first")
}

func TestAfterAFailedRefreshTheLastValueIsUsed(t *testing.T) {
	value, say, count, pass := clocked(time.Minute)
	expectValue(t, value, "first")
	*say = "broken"
	pass(time.Hour)
	expectValue(t, value, "first")
	pass(59 * time.Second)
	expectValue(t, value, "first")
	if *count != 2 {
		t.Errorf("fetched %d times within a minute of a failure", *count)
	}
}

func TestAFailureIsRememberedForAMinute(t *testing.T) {
	value, say, count, pass := clocked(0)
	*say = "broken"
	for range 3 {
		if _, err := value.get(t.Context()); err == nil {
			t.Error("no error")
		}
	}
	if *count != 1 {
		t.Errorf("fetched %d times", *count)
	}
	*say = "first"
	pass(time.Minute)
	expectValue(t, value, "first")
}

func TestAClientThatGoesAwayFailsNoFetch(t *testing.T) {
	value, _, _, _ := clocked(0)
	value.fetch = func(ctx context.Context) (string, error) { return "first", ctx.Err() }
	gone, leave := context.WithCancel(t.Context())
	leave()
	if found, err := value.get(gone); found != "first" || err != nil {
		t.Error(found, err)
	}
}

func expectValue(t *testing.T, value *lazyValue, want string) {
	t.Helper()
	if got, err := value.get(t.Context()); got != want || err != nil {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestASourceReadsItsVariableOrFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "value")
	if err := os.WriteFile(file, []byte("from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("STAND_IN_TEST_VALUE", "from-env")
	for want, source := range map[string]sourceConfig{
		"from-file": {Type: "file", Path: file},
		"from-env":  {Type: "env", Var: "STAND_IN_TEST_VALUE"},
	} {
		value, err := source.build()
		if err != nil {
			t.Fatal(err)
		}
		expectValue(t, value, want)
	}
	empty := sourceConfig{Type: "env", Var: "STAND_IN_TEST_NOTHING"}
	value, _ := empty.build()
	if found, err := value.get(t.Context()); err == nil || found != "" {
		t.Errorf("an empty value counts as one: %q %v", found, err)
	}
}
