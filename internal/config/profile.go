package config

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"iqscope/internal/stricttoml"
)

// Profile is a set of settings under a name. Keys that are flags too have the
// flag's name and meaning; "" and false are what a key that is not there means.
type Profile struct {
	Name string `toml:"-"`

	// Who, and where.
	JID       string `toml:"jid"`
	Resource  string `toml:"resource"`
	Server    string `toml:"server"`
	TLS       string `toml:"tls"`
	CA        string `toml:"ca"`
	Pin       string `toml:"pin"`
	WebSocket string `toml:"websocket"`

	// How to log in. The secrets themselves are elsewhere.
	Component       bool   `toml:"component"`
	SecretFile      string `toml:"secret-file"`
	Anonymous       bool   `toml:"anonymous"`
	Cert            string `toml:"cert"`
	Key             string `toml:"key"`
	Mechanism       string `toml:"mechanism"`
	PasswordCommand string `toml:"password-command"`
	PasswordFile    string `toml:"password-file"`
	Keyring         bool   `toml:"keyring"`

	// How requests are treated.
	Timeout *Duration `toml:"timeout"`
	Lenient bool      `toml:"lenient"`

	// ConnectTimeout is how long each step of connecting may take.
	ConnectTimeout *Duration `toml:"connect-timeout"`

	// What may happen unasked. Bare turns all of it off but reconnecting.
	Bare             bool      `toml:"bare"`
	Keepalive        *Duration `toml:"keepalive"`   // 0: never
	WhiteSpace       *Duration `toml:"white-space"` // how often a space is written; 0: never
	StreamManagement *bool     `toml:"stream-management"`
	Reconnect        *bool     `toml:"reconnect"`
	SASL2            *bool     `toml:"sasl2"` // false: do without SASL2 and Bind2
	// Discover asks those whom the screen chooses a request for what they can do. It is no flag.
	Discover *bool `toml:"discover"`

	// How requests of others are answered. These are no flags. RespondersOff are
	// those of session.Builtins that do not answer. Unanswered is the condition
	// of the error that a request gets which nobody answers, or Silence; ""
	// means service-unavailable (RFC 6120 §8.4). UnansweredText and UnansweredLang
	// are the error's text for people and its language.
	RespondersOff  []string `toml:"responders-off"`
	Unanswered     string   `toml:"unanswered"`
	UnansweredText string   `toml:"unanswered-text"`
	UnansweredLang string   `toml:"unanswered-lang"`

	// LogMegabytes is how much memory the log may take, in millions of bytes; 0 means the usual. It is
	// no flag.
	LogMegabytes int `toml:"log-megabytes"`

	// History is whether exchanges are kept; nil is as for all profiles. The flag is --no-history.
	History *bool `toml:"history"`

	// What the screen looks like: the name of a theme, or AutoTheme; and whether it is for screen
	// readers and slow lines.
	Theme string `toml:"theme"`
	Plain bool   `toml:"plain"`

	// Keys are the keys of the screen's actions. They go before those for all.
	Keys Keys `toml:"keys"`

	// Secrets are hidden besides those for all.
	Secrets Secrets `toml:"secrets"`
}

// Silence is the value of unanswered that leaves requests without an answer, so
// that the other side runs into its timeout.
const Silence = "silence"

// Settings yields the keys that are set but Keys and Secrets, and their values as a flag would have
// them, in the order of the fields. The parts of a list are joined by commas.
func (p Profile) Settings() iter.Seq2[string, string] {
	return func(yield func(key, value string) bool) {
		v := reflect.ValueOf(p)
		for i := range v.NumField() {
			key := v.Type().Field(i).Tag.Get("toml")
			if key == "-" || key == "keys" || key == "secrets" || v.Field(i).IsZero() {
				continue
			}
			value := fmt.Sprint(reflect.Indirect(v.Field(i)).Interface())
			if list, ok := v.Field(i).Interface().([]string); ok {
				if value = strings.Join(list, ","); value == "" {
					continue
				}
			}
			if !yield(key, value) {
				return
			}
		}
	}
}

// anchor makes the profile's paths independent of the folder that the program is
// started in.
func (p *Profile) anchor(folder string) {
	for _, path := range []*string{&p.CA, &p.SecretFile, &p.Cert, &p.Key, &p.PasswordFile} {
		if *path == "" || filepath.IsAbs(*path) {
			continue
		}
		if rest, ok := strings.CutPrefix(*path, "~/"); ok {
			if home, err := os.UserHomeDir(); err == nil {
				*path = filepath.Join(home, rest)
				continue
			}
		}
		*path = filepath.Join(folder, *path)
	}
}

// Duration is a time span, written as 30, "30s" or "1m30s".
type Duration struct{ time.Duration }

// UnmarshalValue reads what ParseDuration takes.
func (d *Duration) UnmarshalValue(v stricttoml.Value) (err error) {
	switch v.Kind {
	case stricttoml.String, stricttoml.Integer, stricttoml.Float:
		d.Duration, err = ParseDuration(v.Text)
		return err
	}
	return errors.New(`want seconds, or a duration in quotes such as "1m30s"`)
}

// MarshalText writes what UnmarshalValue reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// ParseDuration reads a duration as Go writes it, or a plain number of seconds.
// It is never negative.
func ParseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(number) {
			return 0, errors.New("want seconds, or a duration such as 500ms or 1m30s")
		}
		if math.Abs(number) > math.MaxInt64/float64(time.Second)/2 {
			return 0, fmt.Errorf("%s seconds are too many", text)
		}
		d = time.Duration(number * float64(time.Second))
	}
	if d < 0 {
		return 0, errors.New("a time cannot be negative")
	}
	return d, nil
}
