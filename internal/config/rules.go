package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"iqscope/internal/stricttoml"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/match"
	"iqscope/session/rule"
)

const (
	// RulesVersion is the format of rule files that this program writes and reads.
	RulesVersion = 1
	// maxRules is how long a rule file may be: a thousand rules of 250 bytes, or
	// some with a payload of rule.MaxContent.
	maxRules = 256 << 10
)

// rules is the format of a rule file.
var rules = &format{
	Format: stricttoml.Format{Version: RulesVersion},
	limit:  maxRules,
	what:   "file of rules",
	power:  "says what is answered in your name",
}

// ruleFile is a rule file.
type ruleFile struct {
	Version int           `toml:"version"`
	Rules   []writtenRule `toml:"rule,omitempty"`
}

// writtenRule is a rule as it stands in its file. The keys are the fields that a
// rule.FieldError names.
type writtenRule struct {
	Name      string    `toml:"name"`
	Match     string    `toml:"match"`
	Do        string    `toml:"do"`
	Payload   string    `toml:"payload,omitempty,multiline"`
	Type      string    `toml:"type,omitempty"`
	Condition string    `toml:"condition,omitempty"`
	URI       string    `toml:"uri,omitempty"`
	Text      string    `toml:"text,omitempty"`
	Extension string    `toml:"extension,omitempty,multiline"`
	Delay     *Duration `toml:"delay,omitempty"`
	Times     count     `toml:"times,omitempty"`
	Off       bool      `toml:"off,omitempty"`
}

// count is a number of times.
type count int

// UnmarshalValue reads a number from 1 on.
func (c *count) UnmarshalValue(v stricttoml.Value) error {
	n, err := strconv.Atoi(v.Text)
	if v.Kind != stricttoml.Integer || err != nil || n < 1 {
		return errors.New("want a number from 1 on")
	}
	*c = count(n)
	return nil
}

// rulesHeader begins every rule file.
const rulesHeader = "# iqscope writes this file. Rules in it may be changed by hand; comments are not kept.\n"

// LoadRules reads a file of rules, in their order. One that does not exist has
// none. As with the configuration, a file that somebody else could have written is
// not read. All rules are sound: rule.Rule's Handler takes them. The error is an
// *Error or several, or the file system's.
func LoadRules(path string) ([]rule.Rule, error) {
	text, _, err := rules.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseRules(path, text)
}

// SaveRules writes a file of rules, with the mode 0600 and missing folders with
// 0700. Whatever happens meanwhile, there is the old file or the new one. A file
// that LoadRules refuses is left alone, and so is the old one when the rules are
// not sound. A link stays, and what it leads to is exchanged.
func SaveRules(path string, all []rule.Rule) error {
	if i, err := sound(all); err != nil {
		return fmt.Errorf("the rules are not saved: rule %d: %w", i+1, err)
	}
	text, err := writeRules(all)
	if err != nil {
		return fmt.Errorf("the rules are not saved: %w", err)
	}
	if _, err := LoadRules(path); err != nil {
		return fmt.Errorf("the rules are not saved, to keep what is there: %w", err)
	}
	if err := replace(path, text); err != nil {
		return fmt.Errorf("the rules are not saved: %w", err)
	}
	return nil
}

func parseRules(path string, text []byte) ([]rule.Rule, error) {
	var file ruleFile
	document, err := rules.Decode(path, text, &file)
	if err != nil {
		return nil, err
	}
	var all []rule.Rule
	for _, written := range file.Rules {
		all = append(all, written.rule())
	}
	i, err := sound(all)
	if err == nil {
		return all, nil
	}
	at := []any{"rule", i}
	if field, ok := errors.AsType[*rule.FieldError](err); ok {
		at = append(at, field.Field)
	}
	return nil, document.Problem(err.Error(), at...)
}

// sound refuses rules that the registry would not take, and says which one.
func sound(all []rule.Rule) (int, error) {
	keys := match.BasicKeys()
	taken := map[string]string{} // names, and by whom
	for _, name := range session.Builtins() {
		taken[name] = "a responder that is built in"
	}
	for i, r := range all {
		_, err := r.Handler(keys)
		if by, ok := taken[r.Name]; ok && err == nil {
			err = &rule.FieldError{Field: "name", SyntaxError: rule.SyntaxError{Text: r.Name, Words: by + " has this name"}}
		}
		if err != nil && r.Name != "" {
			err = fmt.Errorf("rule %.60q: %w", r.Name, err)
		}
		if err != nil {
			return i, err
		}
		taken[r.Name] = "another rule"
	}
	return 0, nil
}

func writeRules(all []rule.Rule) ([]byte, error) {
	file := ruleFile{Version: RulesVersion}
	for _, r := range all {
		file.Rules = append(file.Rules, written(r))
	}
	text := bytes.NewBufferString(rulesHeader)
	if err := toml.NewEncoder(text).Encode(file); err != nil {
		return nil, err
	}
	if text.Len() > maxRules {
		return nil, fmt.Errorf("together they are longer than %d bytes", maxRules)
	}
	return text.Bytes(), nil
}

// xmlSpaces is what may stand around a payload, and is not part of it.
const xmlSpaces = " \t\r\n"

func (w writtenRule) rule() rule.Rule {
	r := rule.Rule{
		Name: w.Name, Match: w.Match, Do: rule.Action(w.Do), Payload: strings.Trim(w.Payload, xmlSpaces),
		Error:     stanza.StanzaError{Type: w.Type, Condition: w.Condition, URI: w.URI, Text: w.Text},
		Extension: strings.Trim(w.Extension, xmlSpaces), Times: int(w.Times), Off: w.Off,
	}
	if w.Delay != nil {
		r.Delay = w.Delay.Duration
	}
	return r
}

func written(r rule.Rule) writtenRule {
	w := writtenRule{
		Name: r.Name, Match: r.Match, Do: string(r.Do), Payload: r.Payload,
		Type: r.Error.Type, Condition: r.Error.Condition, URI: r.Error.URI, Text: r.Error.Text,
		Extension: r.Extension, Times: count(r.Times), Off: r.Off,
	}
	if r.Delay > 0 {
		w.Delay = &Duration{r.Delay}
	}
	return w
}

// replace exchanges the file that a path leads to, if its folder is nobody else's.
func replace(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s is a link that leads nowhere", path)
		}
		real, err = path, nil
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(filepath.Dir(real))
	if err != nil {
		return err
	}
	if text, fatal := risk(info); fatal {
		return fmt.Errorf("%s %s", filepath.Dir(real), text)
	}
	return exchange(real, text)
}
