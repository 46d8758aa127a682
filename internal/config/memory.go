package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml/v2"

	"iqscope/iqbuilder/stanza"
)

const (
	// maxMemory is how long what is remembered of one account may be: an address
	// has at most 2,047 bytes, which TOML can write six times as long.
	maxMemory = 16 << 10
	// maxMechanism is how long a SASL mechanism's name may be (RFC 4422 §3.1).
	maxMechanism = 20
)

// Memory remembers on disk with which mechanism each account logged in, so that
// a later server cannot talk us into a weaker one. It is a negotiate.Memory.
//
// Each account has a file of its own, exchanged as a whole: two programs at once
// cannot tear it or lose each other's accounts, and need no lock. What cannot be
// read or written is a warning and never an obstacle. Safe for concurrent use.
type Memory struct {
	Dir  string       // its files are made 0600, missing folders 0700
	Warn func(string) // told in one sentence; may be nil
}

// remembered is one account's file.
type remembered struct {
	Account   string `toml:"account"`
	Mechanism string `toml:"mechanism"`
}

// Mechanism returns the mechanism that worked last, "" for none.
func (m *Memory) Mechanism(account stanza.JID) string {
	known, err := m.recall(account)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		m.warn("how %s logged in before is not known: %v", account.Bare(), err)
	}
	return known.Mechanism
}

// Worked notes a successful login.
func (m *Memory) Worked(account stanza.JID, mechanism string) {
	if known, err := m.recall(account); err == nil && known.Mechanism == mechanism {
		return
	}
	err := m.note(remembered{account.Bare().String(), mechanism})
	if err != nil {
		m.warn("the next login of %s cannot be compared with this one: %v", account.Bare(), err)
	}
}

func (m *Memory) warn(format string, args ...any) {
	if m.Warn != nil {
		m.Warn(fmt.Sprintf(format, args...))
	}
}

// file is named after a hash: an address can be longer than a file's name.
func (m *Memory) file(account string) string {
	sum := sha256.Sum256([]byte(account))
	return filepath.Join(m.Dir, hex.EncodeToString(sum[:16])+".toml")
}

func (m *Memory) recall(account stanza.JID) (remembered, error) {
	bare := account.Bare().String()
	path := m.file(bare)
	info, err := os.Lstat(path)
	if err != nil {
		return remembered{}, err
	}
	if err := m.trusted(); err != nil {
		return remembered{}, err
	}
	if !info.Mode().IsRegular() {
		return remembered{}, fmt.Errorf("%s is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return remembered{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxMemory))
	if err != nil {
		return remembered{}, err
	}
	var r remembered
	if toml.Unmarshal(text, &r) != nil || r.Account != bare || !isMechanism(r.Mechanism) {
		return remembered{}, fmt.Errorf("%s is damaged", path)
	}
	return r, nil
}

// isMechanism says that a text has the form of a mechanism's name (RFC 4422 §3.1).
func isMechanism(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return name != "" && len(name) <= maxMechanism
}

// trusted refuses a folder in which others could put what they like.
func (m *Memory) trusted() error {
	info, err := os.Stat(m.Dir)
	if err != nil {
		return err
	}
	if text, fatal := risk(info); fatal {
		return fmt.Errorf("%s %s", m.Dir, text)
	}
	return nil
}

func (m *Memory) note(r remembered) error {
	text, err := toml.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(m.Dir, 0o700); err != nil {
		return err
	}
	if err := m.trusted(); err != nil {
		return err
	}
	return exchange(m.file(r.Account), text)
}
