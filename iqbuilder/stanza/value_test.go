package stanza

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A header may be of any size: where a Stanza has no room for something, it is kept otherwise.
func TestAHeaderOfAnySizeIsReadRight(t *testing.T) {
	const room = 1<<16 - 1
	for _, size := range []int{0, 1, room - 20, room - 1, room, room + 1, 2 * room} {
		for _, order := range []string{"ABCDE", "EDCBA", "CADBE"} {
			fill := strings.Repeat("x", size)
			for _, long := range []string{"pad", "id", "type", "from", "to", "xml:lang"} {
				value := map[string]string{"id": "i", "type": "get", "from": "f", "to": "t", "xml:lang": "l"}
				value[long] = fill
				var b strings.Builder
				b.WriteString("<iq pad='" + value["pad"] + "'")
				for _, c := range order {
					name := map[rune]string{'A': "id", 'B': "type", 'C': "from", 'D': "to", 'E': "xml:lang"}[c]
					b.WriteString(" " + name + "='" + value[name] + "'")
				}
				b.WriteString("/>")
				s := mustParse(t, b.String())
				got := []string{s.ID(), string(s.Type()), s.From(), s.To(), s.Lang()}
				want := []string{value["id"], value["type"], value["from"], value["to"], value["xml:lang"]}
				if diff := cmp.Diff(want, got); diff != "" || !s.HasID() {
					t.Errorf("with %d bytes of %s: %.300s", size, long, diff)
				}
				again, err := s.WithID("another")
				if err != nil {
					t.Fatal(err)
				}
				if parsed := mustParse(t, again.XML()); again.ID() != "another" || factsOf(parsed).From != again.From() || again.To() != value["to"] {
					t.Errorf("with another id and %d bytes of %s it is from %.100q to %.100q", size, long, again.From(), again.To())
				}
			}
		}
	}
}

func TestPayloadsAreCountedHoweverMany(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1<<16 - 1, 1 << 16, 1<<16 + 1} {
		s := mustParse(t, "<iq type='result' xml:lang='de'>"+strings.Repeat("<a/>", n)+"</iq>")
		if got := fmt.Sprintf("%d %v %s %s", s.Payloads(), s.HasID(), s.Type(), s.Lang()); got != fmt.Sprintf("%d false result de", n) {
			t.Errorf("of %d payloads it says %s", n, got)
		}
	}
}

// What is written with references is kept as it is meant; the rest of the header stays what it is.
func TestAHeaderWithReferencesIsReadRight(t *testing.T) {
	scope := ClientScope()
	scope.Lang = "en"
	for _, row := range []struct{ xml, id, from, lang string }{
		{"<iq id='&#65;' from='b'/>", "A", "b", "en"},
		{"<iq id='a' from='&lt;'/>", "a", "<", "en"},
		{"<iq from='&lt;'/>", "", "<", "en"},
		{"<iq id='' from='&lt;' xml:lang=''/>", "", "<", ""},
		{"<iq id='a' from='b' xml:lang='&#100;e'/>", "a", "b", "de"},
		{"<iq id='a\tb' from='b'/>", "a b", "b", "en"},
	} {
		s, err := Parse(row.xml, scope)
		if err != nil {
			t.Fatal(err)
		}
		if s.ID() != row.id || s.From() != row.from || s.Lang() != row.lang || s.HasID() != strings.Contains(row.xml, "id=") {
			t.Errorf("%s: id %q (%v), from %q, lang %q", row.xml, s.ID(), s.HasID(), s.From(), s.Lang())
		}
	}
}
