package catalog

import (
	"testing"

	"iqscope/iqbuilder/stanza"
)

func TestAnErrorIsFoundAmongTheUsualOnes(t *testing.T) {
	k := own(t, "errors = ['forbidden/auth: one', 'forbidden/auth+odd: two', 'gone: three']\n")
	for _, row := range []struct{ typ, condition, application, want string }{
		{"auth", "forbidden", "", "one"},
		{"auth", "forbidden", "odd", "two"},
		{"auth", "forbidden", "other", "one"},
		{"cancel", "forbidden", "", ""},
		{"cancel", "gone", "", "three"},
		{"wait", "conflict", "", ""},
	} {
		got := ""
		if f := k.Failure(&stanza.StanzaError{Type: row.typ, Condition: row.condition, Application: stanza.Name{Space: "urn:a", Local: row.application}}); f != nil {
			got = f.Remedy
		}
		if got != row.want {
			t.Errorf("%s/%s %s: got %q, want %q", row.typ, row.condition, row.application, got, row.want)
		}
	}
}
