// Package secret says where a password comes from, and keeps it from being
// shown once it is here.
//
// A Source asks the places that the user named, in a fixed order: a command, a file, the system's
// keyring, the environment, the terminal. What it returns is a Password, which no formatting verb,
// JSON encoder or logger turns into text: only Reveal does. There is no flag for a password,
// because other users of a machine can read the command lines that run on it.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what every way of printing a Password gives.
const hidden = "[password]"

// Password is a secret. The zero value is no password. Values are immutable and
// safe for concurrent use.
//
// The text is behind a pointer: where fmt cannot call our methods, in the
// unexported field of some struct, it shows an address.
type Password struct{ text *string }

// New makes a Password of a text.
func New(text string) Password { return Password{&text} }

// Reveal returns the text. Its calls are the places to look at when a secret
// has leaked.
func (p Password) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// Empty reports whether there is no password.
func (p Password) Empty() bool { return p.Reveal() == "" }

func (p Password) String() string { return hidden }

// GoString hides the password from %#v.
func (p Password) GoString() string { return hidden }

// Format hides the password from every verb of fmt, %x and %q included.
func (p Password) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hidden) }

// MarshalText hides the password from encoders: JSON, TOML and XML use it.
func (p Password) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the password from log/slog.
func (p Password) LogValue() slog.Value { return slog.StringValue(hidden) }
