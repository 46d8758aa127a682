package session

import (
	"strings"
	"testing"
	"time"

	"context"

	"iqscope/internal/xmpptest"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
)

func TestWhatAHandlerLikelyMisspellsIsInTheLog(t *testing.T) {
	s := New(Config{Negotiate: negotiate.Config{JID: xmpptest.JID(t, "a@b")}})
	misspelt, right := handler.MustPath("iq@tpye=get"), handler.MustPath("iq@type=get")
	nothing := func(handler.Event) {}
	if err := s.Handle(handler.Callback("right", right, nothing)); err != nil {
		t.Fatal(err)
	}
	if err := s.Handle(handler.Callback("one", misspelt, nothing)); err != nil {
		t.Fatal(err)
	}
	if err := s.Replace(handler.Callback("right", misspelt, nothing)); err != nil {
		t.Fatal(err)
	}
	c, err := s.Collect(misspelt)
	if err != nil {
		t.Fatal(err)
	}
	c.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, _ = s.WaitFor(ctx, misspelt)
	var notes []string
	for _, e := range s.Journal().Window(nil, 1, 100) {
		notes = append(notes, e.Text)
	}
	want := []string{`"one"`, `"right"`, `"collect-1"`, `"wait-2"`}
	if len(notes) != len(want) {
		t.Fatalf("the log has %q", notes)
	}
	for i, name := range want {
		if !strings.Contains(notes[i], name) || !strings.Contains(notes[i], `did you mean "type"?`) {
			t.Errorf("the note %q is not about %s", notes[i], name)
		}
	}
}
