package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder"
)

// TestValuesComeBackFromXML is: values → XML → the same values, for every kind that is built in, and
// nothing is left over.
func TestValuesComeBackFromXML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(Builtin().Kinds()).Draw(t, "kind")
		v := drawn(t, k)
		payload, err := k.XML(v)
		if err != nil {
			t.Fatalf("%s %v: %v", k.Key, v, err)
		}
		iq, err := iqbuilder.New(k.Type, iqbuilder.WithPayload(payload))
		if err != nil {
			t.Fatalf("%s: %s: %v", k.Key, payload, err)
		}
		got, err := k.Read(iq)
		if diff := cmp.Diff(v, got); diff != "" || err != nil {
			t.Fatalf("%s: %s: %v\n%s", k.Key, payload, err, diff)
		}
	})
}

// drawn are random values that a kind takes.
func drawn(t *rapid.T, k *Kind) Values {
	v := Values{}
	excluded := map[string]bool{}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Fixed != "" || excluded[f.Exclusive] || !f.Required && !rapid.Bool().Draw(t, f.Name+"?") {
			continue
		}
		if f.Exclusive != "" {
			excluded[f.Exclusive] = true
		}
		switch f.Type {
		case List:
			for row := range rapid.IntRange(1, 3).Draw(t, "rows") {
				before, excluded := len(v), map[string]bool{}
				for j := range f.Columns {
					c := &f.Columns[j]
					if c.Fixed == "" && !excluded[c.Exclusive] && (c.Required || rapid.Bool().Draw(t, c.Name+"?")) {
						excluded[c.Exclusive] = c.Exclusive != ""
						v[fmt.Sprintf("%s[%d].%s", f.Name, row+1, c.Name)] = several(t, c)
					}
				}
				if len(v) == before { // a row that says nothing is none
					break
				}
			}
		case Form:
			for variable := range rapid.MapOfN(rapid.StringMatching(`[a-z#_:\[\]."& é]{1,8}`), rapid.Bool(), 1, 3).Draw(t, "form") {
				v[f.Name+"["+variable+"]"] = rapid.SliceOfN(text, 1, 3).Draw(t, "values")
			}
		default:
			v[f.Name] = several(t, f)
			if f.Languages {
				v[f.Name+"[de]"] = several(t, f)
			}
		}
	}
	return v
}

// text is what XML can carry.
var text = rapid.StringMatching(`[\t\n\r -~é☃𝄞]{0,12}`)

func several(t *rapid.T, f *Field) []string {
	most := 1
	if f.Repeated {
		most = 3
	}
	var all []string
	for range rapid.IntRange(1, most).Draw(t, "n") {
		value := sample(f)
		if f.Type == Text {
			value = text.Draw(t, f.Name)
		}
		if f.Path == "." && strings.TrimSpace(value) == "" { // nothing tells that from no text
			value = "a"
		}
		all = append(all, value)
	}
	return all
}
