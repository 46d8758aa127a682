package secret

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/zalando/go-keyring"
)

// Service is the name under which the system's keyring holds our passwords; the
// user name there is the bare JID.
const Service = "iqscope"

// KeyringTimeout is how long the keyring may take: it may ask a person to unlock it.
const KeyringTimeout = time.Minute

// fromKeyring reads the password of an account.
func fromKeyring(ctx context.Context, account string) (Password, error) {
	var found Password
	err := askKeyring(ctx, func() error {
		text, err := keyring.Get(Service, account)
		found = New(text)
		return err
	})
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return Password{}, fmt.Errorf("the keyring has no password for %[1]s; store it with: iqscope password set %[1]s", account)
	case err != nil:
		return Password{}, keyringError(err)
	case found.Empty():
		return Password{}, fmt.Errorf("the keyring's password for %s is empty", account)
	case len(found.Reveal()) > MaxBytes:
		return Password{}, fmt.Errorf("the keyring's password for %s is longer than %d bytes; that is no password", account, MaxBytes)
	}
	return found, nil
}

// SetKeyring stores the password of an account, a bare JID, in the keyring.
func SetKeyring(ctx context.Context, account string, password Password) error {
	err := askKeyring(ctx, func() error { return keyring.Set(Service, account, password.Reveal()) })
	return keyringError(err)
}

// DeleteKeyring takes the password of an account out of the keyring.
func DeleteKeyring(ctx context.Context, account string) error {
	err := askKeyring(ctx, func() error { return keyring.Delete(Service, account) })
	if errors.Is(err, keyring.ErrNotFound) {
		return fmt.Errorf("the keyring has no password for %s", account)
	}
	return keyringError(err)
}

// askKeyring calls the keyring, which knows no context: a call that takes too long, or
// is given up, is left behind. Its result is not touched after that.
func askKeyring(ctx context.Context, call func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, KeyringTimeout, fmt.Errorf("no answer within %v", KeyringTimeout))
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// keyringError says in one sentence why the keyring cannot be used.
func keyringError(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return errors.New("the keyring does not take a password that long")
	}
	service := "the keyring"
	if runtime.GOOS != "windows" && runtime.GOOS != "darwin" {
		service = "the keyring (Secret Service, over D-Bus)"
	}
	return fmt.Errorf("%s cannot be used: %w; give %s, --password-file or --password-command instead", service, err, Variable)
}
