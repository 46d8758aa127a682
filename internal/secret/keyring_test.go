package secret

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func TestKeyringHoldsPasswordsByAccount(t *testing.T) {
	keyring.MockInit()
	const juliet, romeo = "juliet@example.org", "romeo@example.org"
	if err := SetKeyring(t.Context(), juliet, New(canary)); err != nil {
		t.Fatal(err)
	}
	source := Source{Keyring: true, Environ: []string{Variable + "=from-environment"}}
	if got, err := source.Password(t.Context(), juliet); err != nil || got.Reveal() != canary {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	// What was named decides: no falling through to the environment.
	if got, err := source.Password(t.Context(), romeo); err == nil || !strings.Contains(err.Error(), "iqscope password set "+romeo) {
		t.Errorf("got %q, %v", got.Reveal(), err)
	}
	if err := DeleteKeyring(t.Context(), juliet); err != nil {
		t.Error(err)
	}
	if err := DeleteKeyring(t.Context(), juliet); err == nil || !strings.Contains(err.Error(), "no password for "+juliet) {
		t.Errorf("got %v", err)
	}
	for name, text := range map[string]string{"is empty": "", "longer than": strings.Repeat("x", MaxBytes+1)} {
		if err := keyring.Set(Service, juliet, text); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Password(t.Context(), juliet); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}

func TestMissingKeyringSaysWhatToGiveInstead(t *testing.T) {
	keyring.MockInitWithError(errors.New("no such bus"))
	_, err := Source{Keyring: true}.Password(t.Context(), "a@b")
	for _, err := range []error{err, SetKeyring(t.Context(), "a@b", New(canary)), DeleteKeyring(t.Context(), "a@b")} {
		if err == nil || !strings.Contains(err.Error(), "cannot be used: no such bus; give "+Variable) || strings.Contains(err.Error(), canary) {
			t.Errorf("got %v", err)
		}
	}
	keyring.MockInitWithError(keyring.ErrSetDataTooBig)
	if err := SetKeyring(t.Context(), "a@b", New(canary)); err == nil || !strings.Contains(err.Error(), "that long") {
		t.Errorf("got %v", err)
	}
}

func TestKeyringThatDoesNotAnswerEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	blocked := make(chan struct{})
	defer close(blocked)
	cancel()
	if err := askKeyring(ctx, func() error { <-blocked; return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
