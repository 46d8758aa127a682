package tui

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"iqscope/history"
)

// All of it on a real file: what is kept is found, changed, compared, deleted, and recalled.
func TestTheScreenOnARealHistory(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	path := filepath.Join(t.TempDir(), "history", "history.db")
	h := history.New(path, history.Options{Now: func() time.Time { return noon }})
	defer h.Close(ctx)
	about := history.About{Account: "juliet@demo.localhost/old", Server: "demo.localhost"}
	keep := func(id int64) {
		e := madeEntry(id)
		h.Keep(e.Exchange, about)
	}
	for id := int64(1); id <= 250; id++ {
		keep(id)
	}
	s := start(t, 140, 45, func(o *setup) { o.history = h })
	if err := h.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	s.send(HistoryChanged{})
	s.press("alt+h")
	s.shows("1 of 100+", "#250, set pubsub → pubsub.demo.localhost as juliet@demo.localhost/old on demo.localhost")
	s.press("G")
	s.shows("250 of 250", "#1, get version → romeo@demo.localhost/phone")
	s.press("g", "/")
	s.typing("veron")
	s.shows("words veron", "1 of 63")
	s.press("enter", "f")
	s.typing("outcome:timeout iq@type=set")
	s.press("enter", "t")
	s.typing("todo")
	s.press("enter")
	s.send(HistoryChanged{})
	s.shows("tags: todo")
	s.press("D", "D")
	s.shows("Deleted #250", "1 of 62")
	s.press("esc", "esc", "f")
	s.typing("to:demo.localhost payload:http://jabber.org/protocol/disco#info")
	s.press("enter")
	s.shows("1 of 62", "#248")
	s.press("d")
	s.shows("[diff]", "Both replies say the same", "from the history")
	s.press("esc", "esc")
	keep(252)
	if err := h.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	s.press("down")
	s.send(HistoryChanged{})
	s.shows("3 of ", "#248")
	s.press("home")
	s.shows("#251, get disco#info")
	s.press("esc", "alt+enter") // after which drafts are read again
	s.send(HistoryChanged{})
	s.press("ctrl+r")
	s.typing("verona")
	s.press("enter")
	if got := s.m.desk.draft.Text(); !strings.Contains(got, "<publish node='verona'/>") {
		t.Errorf("the draft is %s", got)
	}
}
