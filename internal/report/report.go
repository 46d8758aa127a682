// Package report says for machines what happened: an exchange, an element or a finding as one line
// of JSON, a series of requests in figures, and outcomes as exit codes.
//
// Whoever reads these lines relies on them. Each is one object; all of its keys are always there,
// what does not apply is null, and a key never changes its meaning. Nothing is printed here.
package report

import (
	"bytes"
	"encoding/json"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Line is a value of this package as one line of JSON, without a line end, XML in it readable.
func Line(value any) (string, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// idIn puts the id there as it stands, also an empty one, and points to it; nil for none.
func idIn(place *string, s *stanza.Stanza) *string {
	if !s.HasID() {
		return nil
	}
	*place = s.ID()
	return place
}

// milliseconds keeps three decimals.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// bracedName is {namespace}name, "" for no name.
func bracedName(n stanza.Name) string {
	if n.Local == "" {
		return ""
	}
	return "{" + n.Space + "}" + n.Local
}

// orNull is nil, JSON's null, for an empty text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// textIn is orNull, with the text in a place that there is already.
func textIn(place *string, text string) *string {
	if text == "" {
		return nil
	}
	*place = text
	return place
}
