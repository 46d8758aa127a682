package match

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// nameTest is what a step asks of an element's name.
type nameTest struct {
	text               string      // as the canonical form has it
	kind               stanza.Kind // of a first step of stanzaKinds; else stanza.Element
	name               stanza.Name
	anySpace, anyLocal bool
}

func (t *nameTest) fits(n stanza.Name) bool {
	return (t.anyLocal || t.name.Local == n.Local) && (t.anySpace || t.name.Space == n.Space)
}

// fitsRoot looks at the header alone.
func (t *nameTest) fitsRoot(s *stanza.Stanza) bool {
	if t.kind != stanza.Element {
		return s.Kind() == t.kind
	}
	return t.fits(s.Name())
}

// bareName is a local name in any namespace.
func bareName(local string) nameTest {
	return nameTest{text: local, name: stanza.Name{Local: local}, anySpace: true}
}

// spacedName is {ns}local; both may be *.
func spacedName(space, local string) nameTest {
	return nameTest{
		text: "{" + space + "}" + local, name: stanza.Name{Space: space, Local: local},
		anySpace: space == "*", anyLocal: local == "*",
	}
}

// anyName is *.
func anyName() nameTest { return nameTest{text: "*", anySpace: true, anyLocal: true} }

// stanzaKinds are the first steps that mean a stanza of the stream's own
// namespace, or what is broken.
var stanzaKinds = map[string]stanza.Kind{
	"iq": stanza.IQ, "message": stanza.Message, "presence": stanza.Presence,
	"broken": stanza.Broken,
}

// stanzaFields are the fields of a message and a presence that are the text of a child (RFC 6121
// §4.7.2, §5.2).
var stanzaFields = map[stanza.Kind]map[string]stanza.Name{
	stanza.Message:  plain(stanza.NSClient, "", "subject", "body", "thread").Fields,
	stanza.Presence: plain(stanza.NSClient, "", "show", "status", "priority").Fields,
}

// nameLen is how many bytes at the start of s are a name, as far as XML
// 1.0 §2.3 goes without a table: letters, digits, _ - . and all beyond ASCII.
func nameLen(s string) int {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 0x80, 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		case i > 0 && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return i
		}
	}
	return len(s)
}

// writeQuoted writes a value in the given quotes, or in the other ones when it holds those; the
// quotes of a value that holds both are written twice.
func writeQuoted(b *strings.Builder, value string, quote byte) {
	other := quote ^ '"' ^ '\''
	if strings.IndexByte(value, quote) >= 0 && strings.IndexByte(value, other) < 0 {
		quote = other
	}
	mark := string(quote)
	b.WriteString(mark + strings.ReplaceAll(value, mark, mark+mark) + mark)
}
