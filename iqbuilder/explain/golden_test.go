package explain

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

var update = flag.Bool("update", false, "write testdata/texts.txt anew")

// TestTheTextsAreTheReviewedOnes keeps every text in one file, to be read as a
// whole. After a change: go test ./iqbuilder/explain -update, and read the diff.
func TestTheTextsAreTheReviewedOnes(t *testing.T) {
	const file = "testdata/texts.txt"
	got := allTexts()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the texts have changed (-reviewed +now):\n%s", diff)
	}
}

func allTexts() string {
	var b strings.Builder
	write := func(name string, e Explanation) {
		fmt.Fprintf(&b, "## %s\n%s\nFault: %s. %s\n", name, e.Meaning, e.Fault, e.Section)
		for _, try := range e.Try {
			fmt.Fprintf(&b, "- %s\n", try)
		}
		if e.Unusual != "" {
			fmt.Fprintf(&b, "! %s\n", e.Unusual)
		}
		b.WriteByte('\n')
	}
	b.WriteString("# Stanza errors\n\n")
	for _, c := range append(stanza.Conditions(), "", "unknown-word") {
		usual := cmp.Or(first(conditions[c].types), "cancel")
		writeAnswerers(write, fmt.Sprintf("%q", c), Context{Condition: c, Type: usual})
	}
	b.WriteString("# Conditions with types that do not go with them\n\n")
	for _, c := range stanza.Conditions() {
		for _, typ := range append(stanza.ErrorTypes(), "", "unknown") {
			if e := Error(Context{Condition: c, Type: typ}); e.Unusual != "" {
				fmt.Fprintf(&b, "%s/%s: %s\n", c, typ, e.Unusual)
			}
		}
	}
	b.WriteString("\n# In answer to a payload\n\n")
	for _, m := range catalog.Builtin().Meanings() {
		writeAnswerers(write, m.Namespace+" "+m.Condition, Context{Condition: m.Condition, Payload: stanza.Name{Space: m.Namespace, Local: "x"}})
	}
	for _, condition := range slices.Sorted(maps.Keys(management)) {
		writeAnswerers(write, nsManagement+" "+condition, Context{Condition: condition, Payload: stanza.Name{Space: nsManagement, Local: "x"}})
	}
	b.WriteString("# Application conditions\n\n")
	writeNames(write, applications)
	b.WriteString("# Stream errors\n\n")
	for _, c := range append(slices.Sorted(maps.Keys(streams)), "unknown-word") {
		write(c, Stream(c, stanza.Name{}))
	}
	writeNames(write, streamApplications)
	b.WriteString("# Logins\n\n")
	for _, c := range append(slices.Sorted(maps.Keys(logins)), "unknown-word") {
		write(c, SASL(c))
	}
	b.WriteString("# Outcomes\n\n")
	for _, o := range append(slices.Sorted(maps.Keys(outcomes)), "unknown-word") {
		for _, typ := range []stanza.Type{stanza.Get, stanza.Set} {
			write(string(o)+" of a "+string(typ), Outcome(o, typ))
		}
	}
	from := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, typ := range []stanza.Type{stanza.Get, stanza.Set} {
		e := Ending{Outcome: stanza.OutcomeTimeout, Type: typ, Payload: stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}}
		write("timeout of a ping as a "+string(typ), e.Explain())
		e.Down.From = from
		write("timeout of a "+string(typ)+", the link down at its end", e.Explain())
		e.Down.To = from.Add(time.Second)
		write("timeout of a "+string(typ)+", the link down meanwhile", e.Explain())
	}
	b.WriteString("# Verdicts\n\n")
	for _, v := range append(slices.Sorted(maps.Keys(verdicts)), "") {
		write(string(v), Verdict(v))
	}
	b.WriteString("# Stanzas\n\n")
	for _, typ := range []stanza.Type{stanza.Get, stanza.Set, stanza.Result, stanza.Error} {
		write(string(typ)+" out", iqs[course{typ, stanza.Out}].explanation())
		write(string(typ)+" in", iqs[course{typ, stanza.In}].explanation())
	}
	write("another IQ", undefinedIQ.explanation())
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		write(fmt.Sprintf("kind %d", k), kinds[k].explanation())
	}
	writeNames(write, nonzas)
	write("another element", undefinedNonza.explanation())
	b.WriteString("# Odd replies\n\n")
	for _, w := range []Warning{
		errorMissing, errorUnexpected, payloadMany, payloadOther, discoEmpty[stanza.NSDiscoInfo], discoEmpty[stanza.NSDiscoItems],
		nodeMissing[stanza.NSDiscoInfo], nodeMissing[stanza.NSDiscoItems], nodeOther[stanza.NSDiscoInfo], nodeOther[stanza.NSDiscoItems],
		discoIdentity, discoSupported,
	} {
		fmt.Fprintf(&b, "%s: %s (%s)\n", w.Rule, w.Text, w.Section)
	}
	return b.String()
}

// writeAnswerers names each meaning by the first who gives it to the error.
func writeAnswerers(write func(string, Explanation), name string, c Context) {
	written := map[string]bool{}
	for _, c.By = range answerers {
		e := Error(c)
		if c.Type == "" {
			e.Unusual = "" // the texts alone
		}
		if !written[e.Meaning] {
			written[e.Meaning] = true
			write(strings.TrimSuffix(name+" by "+string(c.By), " by "), e)
		}
	}
}

func writeNames(write func(string, Explanation), table map[stanza.Name]entry) {
	for _, n := range slices.SortedFunc(maps.Keys(table), func(x, y stanza.Name) int {
		return cmp.Or(cmp.Compare(x.Space, y.Space), cmp.Compare(x.Local, y.Local))
	}) {
		write("{"+n.Space+"}"+n.Local, table[n].explanation())
	}
}

func first(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[0]
}
