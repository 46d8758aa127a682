package history_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// canary is the secret that must be found nowhere (fault 36).
const canary = "correct-horse-battery"

// secret is an exchange with a secret in each place that there is.
func secret(t *testing.T, n uint64) exchange.Exchange {
	x := asked(t, n)
	x.Stanza = parsed(t, `<iq type='set' id='q%d' to='example.net'><query xmlns='jabber:iq:register'><username>juliet</username>`+
		`<password>%s</password></query></iq>`, n, canary)
	x.Shown = x.Stanza // by somebody who forgot
	x.Outcome, x.Reply = stanza.OutcomeUnknown, nil
	x.Late = parsed(t, `<iq type='result' id='q%d' from='example.net'><query xmlns='jabber:iq:register'><password>%s</password></query></iq>`, n, canary)
	x.Refused = 1
	x.Refusals = []exchange.Refusal{{Seq: 1, At: start, From: "example.net/" + canary, Note: "it quotes <password xmlns='jabber:iq:register'>" + canary}}
	x.Err = x.Failure(errors.New("the server said: " + canary + " is too short"))
	return x
}

func TestNoSecretReachesTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, path, history.Options{})
	replied := asked(t, 2)
	replied.Reply = parsed(t, `<iq type='result' id='q2' from='pubsub.example.net'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>`+
		`<field var='password' type='text-private'><value>%s</value></field></x></query></iq>`, canary)
	first := secret(t, 1)
	late := first
	first.Late = nil
	series := history.Series{Number: 3, Request: secret(t, 3).Stanza, Count: 1}
	inSeries := secret(t, 4)
	inSeries.Series = 5
	kept(t, h, first, late, replied, inSeries)
	h.KeepSeries(series, juliet)
	kept(t, h)
	note := "a note about " + canary
	imported := history.Entry{Exchange: secret(t, 9), Run: "elsewhere", Note: note}
	if n, err := h.Import(t.Context(), []history.Entry{imported}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	check := func(when string) {
		t.Helper()
		for name := range contents(t, filepath.Dir(path)) {
			data, err := os.ReadFile(name)
			if err != nil {
				continue // the folder
			}
			for _, piece := range []string{canary, "horse", "battery"} {
				if bytes.Contains(data, []byte(piece)) {
					t.Errorf("%s: %q stands in %s", when, piece, filepath.Base(name))
				}
			}
		}
	}
	check("open")
	p, err := h.Search(t.Context(), history.Query{})
	if err != nil || len(p.Entries) != 4 {
		t.Fatalf("%d entries, %v", len(p.Entries), err)
	}
	for _, e := range p.Entries {
		if e.Hidden != (e.Serial != 2) {
			t.Errorf("of entry %d it is said that its request has a secret: %v", e.ID, e.Hidden)
		}
		if e.Serial != 2 && (!strings.Contains(e.Err.Error(), "the server said: [hidden] is too short") || !strings.Contains(e.Stanza.XML(), "[21 bytes hidden]")) {
			t.Errorf("entry %d: %v\n%s", e.ID, e.Err, e.Stanza.XML())
		}
	}
	if ids := found(t, h, history.Query{Words: "horse"}); ids != nil {
		t.Errorf("the secret is found as a word of %v", ids)
	}
	if texts, err := h.Drafts(t.Context(), 10); err != nil || len(texts) != 1 {
		t.Errorf("drafts are %q, %v", texts, err)
	}
	closed(t, h)
	check("closed")
}

func TestWhatTheSessionHidesStaysHidden(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, path, history.Options{})
	x := asked(t, 1)
	x.Stanza = parsed(t, `<iq type='set' id='q1'><key xmlns='urn:example:app'>%s</key></iq>`, canary)
	x.Shown = parsed(t, `<iq type='set' id='q1'><key xmlns='urn:example:app'>[%d bytes hidden]</key></iq>`, len(canary))
	x.Outcome, x.Reply = stanza.OutcomeUnknown, nil
	x.Err = x.Failure(errors.New("not " + canary))
	kept(t, h, x)
	e, err := h.Get(t.Context(), 1)
	if err != nil || !e.Hidden || e.Stanza.XML() != x.Shown.XML() || strings.Contains(e.Err.Error(), canary) {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestASecretIsHiddenHoweverItIsQuoted(t *testing.T) {
	h := opened(t, history.Options{})
	x := asked(t, 1)
	x.Stanza = parsed(t, `<iq type='set' id='q1'><query xmlns='jabber:iq:register'><password>fish &amp; chips</password></query></iq>`)
	x.Shown, x.Outcome, x.Reply = x.Stanza, stanza.OutcomeNotSent, nil
	x.Err = x.Failure(errors.New("fish & chips, written as fish &amp; chips"))
	kept(t, h, x)
	e, err := h.Get(t.Context(), 1)
	if err != nil || strings.Contains(e.Err.Error(), "chips") {
		t.Errorf("%v, %v", e.Err, err)
	}
}

// Whoever deletes an entry, because something of it was to be seen by nobody, is rid of it: also of
// its words in the index.
func TestWhatIsDeletedIsInNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := openedAt(t, path, history.Options{})
	// The index keeps of each word what differs from the one before: these have little in common.
	word := func(n uint64) string { return fmt.Sprintf("%08xword%08x", uint32(n*2654435761), uint32(n*40503)) }
	for n := uint64(1); n <= 300; n++ {
		x := asked(t, n)
		x.Reply = parsed(t, "<iq type='result' id='q%d'><a xmlns='b'>%s</a></iq>", n, word(n))
		kept(t, h, x)
	}
	ids := found(t, h, history.Query{Words: word(77)})
	if len(ids) != 1 {
		t.Fatalf("found are %v", ids)
	}
	stands := func() (in []string) {
		for name := range contents(t, filepath.Dir(path)) {
			if data, _ := os.ReadFile(name); bytes.Contains(data, []byte(word(77)[5:])) {
				in = append(in, filepath.Base(name))
			}
		}
		return in
	}
	if stands() == nil {
		t.Error("it cannot be seen whether it is there")
	}
	if n, err := h.Delete(t.Context(), ids...); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if ids := found(t, h, history.Query{Words: word(78)}); len(ids) != 1 {
		t.Errorf("of what was not deleted is found %v", ids)
	}
	closed(t, h)
	if in := stands(); in != nil {
		t.Errorf("it still stands in %v", in)
	}
}
