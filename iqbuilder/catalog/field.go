package catalog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder/stanza"
)

// Datatype is what the value of a field may be.
type Datatype string

// The datatypes. Of these, a List has columns in place of a value, a Flag is there or not, a Form
// has the fields of a data form (XEP-0004) that are not known beforehand, and XML is an element of
// any kind.
const (
	Text     Datatype = "text"
	JID      Datatype = "jid"
	Uint     Datatype = "uint"
	Bool     Datatype = "bool"     // true, false, 1 or 0
	DateTime Datatype = "dateTime" // XEP-0082
	Base64   Datatype = "base64"
	Enum     Datatype = "enum" // one of its Choices
	Lang     Datatype = "lang" // BCP 47
	URI      Datatype = "uri"
	Flag     Datatype = "flag"
	List     Datatype = "list"
	Form     Datatype = "form"
	XML      Datatype = "xml"
)

// Field is one thing that a request or an answer says.
type Field struct {
	Name      string   `toml:"name"`
	Path      string   `toml:"path"`
	Type      Datatype `toml:"type"` // Text, where none is given
	Help      string   `toml:"help"`
	Required  bool     `toml:"required"`
	Repeated  bool     `toml:"repeated"`  // it can have several values
	Languages bool     `toml:"languages"` // it can have a value in each of several languages
	Exclusive string   `toml:"exclusive"` // only one of the fields with this word; one of them, if any is required
	Values    []string `toml:"values"`    // as they are written: "tcp" or "tcp: what it means"
	Default   string   `toml:"default"`   // what a required field is when nothing is given
	Fixed     string   `toml:"fixed"`     // what it always is: nobody is asked
	Source    string   `toml:"source"`    // where values to choose from are
	Secret    bool     `toml:"secret"`    // it is not to be shown
	Columns   []Field  `toml:"column"`    // of a list

	Choices []Choice `toml:"-"` // the values taken apart

	path path
}

// Choice is a value of an Enum.
type Choice struct{ Value, Help string }

// sources are where values to choose from are found.
var sources = []string{"roster", "disco_items", "disco_nodes", "own_jid", "history", "random", "reply"}

var (
	language = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	instant  = regexp.MustCompile(`^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
	spaces   = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "")
)

// Check says why a value cannot be one of the field; nil when it can.
func (f *Field) Check(value string) error {
	if f.Fixed != "" && value != f.Fixed {
		return fmt.Errorf("this is always %q", f.Fixed)
	}
	switch f.Type {
	case JID:
		_, err := stanza.ParseJID(value)
		return err
	case Uint:
		if _, err := strconv.ParseUint(value, 10, 64); err != nil {
			return fmt.Errorf("%.60q is no whole number from 0 on", value)
		}
	case Bool:
		if value != "true" && value != "false" && value != "1" && value != "0" {
			return fmt.Errorf("%.60q is neither true nor false", value)
		}
	case Flag:
		if value != "true" && value != "false" {
			return fmt.Errorf("%.60q is neither true, for being there, nor false", value)
		}
	case DateTime:
		if _, err := time.Parse(time.RFC3339, value); err != nil || !instant.MatchString(value) {
			return fmt.Errorf("%.60q is no time such as 2026-01-31T12:00:00Z (XEP-0082)", value)
		}
	case Base64:
		if _, err := base64.StdEncoding.DecodeString(spaces.Replace(value)); err != nil {
			return fmt.Errorf("%.60q is not base64", value)
		}
	case Enum:
		return f.checkChoice(value)
	case Lang:
		if !language.MatchString(value) {
			return fmt.Errorf("%.60q is no language such as en or de-AT", value)
		}
	case URI:
		if u, err := url.Parse(value); err != nil || u.Scheme == "" {
			return fmt.Errorf("%.60q is no address such as https://example.org/", value)
		}
	case XML:
		return checkXML(value)
	}
	return nil
}

func (f *Field) checkChoice(value string) error {
	var words []string
	for _, c := range f.Choices {
		if c.Value == value {
			return nil
		}
		words = append(words, c.Value)
	}
	return fmt.Errorf("there is no %.60q%s", value, nearest.Suggestion(value, words, "it is one of "))
}

// checkXML wants one element in a namespace of its own, for it would take on another where it is put.
func checkXML(text string) error {
	s, err := stanza.Parse(text, stanza.ClientScope())
	switch {
	case err != nil:
		return fmt.Errorf("this is not one element of XML: %w", err)
	case s.Name().Space == stanza.NSClient || s.Name().Space == "":
		return errors.New(`the element needs a namespace of its own, as in <a xmlns="urn:example"/>`)
	}
	return nil
}
