package xmlscan

import (
	"bytes"
	"encoding/xml"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzScanner demands that no way of cutting an input changes its reading, and
// that what is accepted is read as encoding/xml reads it.
func FuzzScanner(f *testing.F) {
	for _, row := range wellFormed {
		f.Add([]byte(row.doc), uint64(1))
	}
	for _, row := range malformed {
		f.Add([]byte(strings.Replace(row.doc, caret, "", 1)), uint64(2))
	}
	f.Add([]byte(discoStream(1)), uint64(3))
	f.Add([]byte("<a><b xmlns='\t&#9;'></b></a>"), uint64(4))
	limits := Limits{Depth: 20, Attrs: 20, ElementBytes: 500, ElementDepth: 2}
	f.Fuzz(func(t *testing.T, doc []byte, seed uint64) {
		want := read(t, New(limits, Scope{}), false, doc)
		random := rand.New(rand.NewPCG(seed, seed))
		got := read(t, New(limits, Scope{}), true, split(doc, random)...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("cut in pieces, the reading differs (-whole +cut):\n%s", diff)
		}
		if want.Close != nil {
			return
		}
		ours := outline(want)
		theirs, err := decodedOutline(doc)
		switch {
		case err != nil && isASCII(string(doc)): // names beyond that it knows by an older edition of XML
			t.Errorf("encoding/xml refuses what is accepted: %v", err)
		case err == nil && ours != theirs:
			t.Errorf("it is read as\n%s\nby encoding/xml as\n%s", ours, theirs)
		}
	})
}

// outline writes the elements' names and all text.
func outline(r reading) string {
	var b strings.Builder
	for _, token := range r.Tokens {
		switch token.Kind {
		case Start:
			b.WriteString(tag(token.Name.Space, token.Name.Local))
		case End:
			b.WriteString("</>")
		case Text:
			b.WriteString(token.Text)
		}
	}
	return b.String()
}

// tag writes white space in a namespace as spaces: an attribute's value is to be
// normalized (XML 1.0 §3.3.3), which encoding/xml does not do.
func tag(space, local string) string {
	return "<" + strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(space) + " " + local + ">"
}

func decodedOutline(doc []byte) (string, error) {
	var b strings.Builder
	depth := 0
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return b.String(), nil
		} else if err != nil {
			return "", err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			b.WriteString(tag(token.Name.Space, token.Name.Local))
		case xml.EndElement:
			depth--
			b.WriteString("</>")
		case xml.CharData:
			if depth > 0 {
				b.Write(token)
			}
		}
	}
}

// isASCII is asked because encoding/xml knows the name characters of XML 1.0's
// fourth edition only, which are fewer.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
