package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/rsm"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

// onDemo makes a session with the built-in server.
func onDemo(t *testing.T) *session.Session {
	t.Helper()
	server, err := demo.Start(t.Context(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return connected(t, session.Config{Negotiate: negotiate.Config{
		JID: xmpptest.JID(t, "juliet@demo.localhost"), Server: server.Addr(), RootCAs: server.RootCAs(), Password: func(context.Context) (string, error) { return demo.Password, nil },
	}})
}

// kindOf makes a request of a kind.
func kindOf(t *testing.T, key, to string, settings ...string) *stanza.Stanza {
	t.Helper()
	k, err := catalog.Builtin().Kind(key)
	if err != nil {
		t.Fatal(err)
	}
	v := catalog.Values{}
	for _, setting := range settings {
		if err := k.Set(v, setting); err != nil {
			t.Fatal(err)
		}
	}
	payload, err := k.XML(v)
	if err != nil {
		t.Fatal(err)
	}
	iq, err := iqbuilder.New(k.Type, iqbuilder.WithPayload(payload), iqbuilder.To(to))
	if err != nil {
		t.Fatal(err)
	}
	return iq
}

// turn is a request and what answered it.
type turn struct{ request, reply *stanza.Stanza }

func ask(t *testing.T, s *session.Session, request *stanza.Stanza) turn {
	t.Helper()
	reply, err := s.Send(t.Context(), request)
	if err != nil {
		t.Fatalf("%v\n%s", err, request.XML())
	}
	return turn{request, reply}
}

// step is the request that a step of a command's reply is.
func (a turn) step(t *testing.T, word string, v form.Values) *stanza.Stanza {
	t.Helper()
	f := catalog.Builtin().Fill(a.request, a.reply)
	if f == nil {
		t.Fatalf("there is nothing to fill in: %s", a.reply.XML())
	}
	i := slices.IndexFunc(f.Steps, func(s catalog.Step) bool { return s.Word == word })
	if i < 0 {
		t.Fatalf("there is no %s: %s", word, a.reply.XML())
	}
	payload, err := f.Payload(f.Steps[i], v)
	if err != nil {
		t.Fatal(err)
	}
	next, err := iqbuilder.Change(a.request, iqbuilder.WithPayload(payload), iqbuilder.ID(iqbuilder.NewID()))
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// command is the state in a reply, which has to be of the run.
func (a turn) command(t *testing.T, run, status string) catalog.Command {
	t.Helper()
	c, ok := catalog.CommandIn(a.reply)
	if !ok || c.Status != status || run != "" && c.Session != run {
		t.Fatalf("run %q is not %s: %s", run, status, a.reply.XML())
	}
	return c
}

// Row 67: commands are listed, executed, filled in, gone through and given up, with the session carried,
// on the built-in server with a step back, and with administrators' commands of real servers.
func TestRow67(t *testing.T) {
	t.Run("built-in", func(t *testing.T) {
		s := onDemo(t)
		to := "demo.localhost"
		execute := kindOf(t, "command_execute", to, "node=two-steps")
		listed(t, s, to, "two-steps")
		first := ask(t, s, execute)
		run := first.command(t, "", "executing").Session
		second := ask(t, s, first.step(t, "next", form.Values{"potion": {"sleep"}, "for": {"romeo"}}))
		second.command(t, run, "executing")
		back := ask(t, s, second.step(t, "prev", nil))
		back.command(t, run, "executing")
		if f := form.Of(back.reply); f.Fields[1].Values[0] != "romeo" {
			t.Errorf("the step before has lost its values: %s", back.reply.XML())
		}
		last := ask(t, s, back.step(t, "next", form.Values{"potion": {"love"}}))
		done := ask(t, s, last.step(t, "complete", nil)).command(t, run, "completed")
		if len(done.Notes) != 1 || !strings.Contains(done.Notes[0].Text, "romeo") {
			t.Errorf("it says %v", done.Notes)
		}
		refusedAs(t, s, last.step(t, "complete", nil), "session-expired")
		again := ask(t, s, execute)
		run = again.command(t, "", "executing").Session
		ask(t, s, again.step(t, "cancel", nil)).command(t, run, "canceled")
	})
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		// Both have the commands of XEP-0133 for those who may, and alice may.
		const node = "http://jabber.org/protocol/admin#user-stats"
		listed(t, s, "localhost", node)
		execute := kindOf(t, "command_execute", "localhost", "node="+node)
		first := ask(t, s, execute)
		run := first.command(t, "", "executing").Session
		if run == "" {
			t.Fatalf("there is no session: %s", first.reply.XML())
		}
		values := form.Values{}
		for _, field := range form.Of(first.reply).Fields {
			if field.Type == form.JIDSingle || field.Type == form.JIDMulti {
				values[field.Var] = []string{"alice@localhost"}
			}
		}
		if len(values) != 1 {
			t.Fatalf("the form asks for no address: %s", first.reply.XML())
		}
		done := ask(t, s, first.step(t, "complete", values))
		done.command(t, "", "completed")
		if l := catalog.Builtin().Label(done.request, done.reply); l == nil || l.Wrong != "" {
			t.Errorf("the answer has no names: %s", done.reply.XML())
		}
		again := ask(t, s, execute)
		run = again.command(t, "", "executing").Session
		cancel := again.step(t, "cancel", nil)
		if !strings.Contains(cancel.XML(), `sessionid="`+stanza.Escape(run)+`"`) {
			t.Errorf("the session is not carried: %s", cancel.XML())
		}
		ask(t, s, cancel).command(t, "", "canceled")
	})
}

// listed looks for a command in the list.
func listed(t *testing.T, s *session.Session, to, node string) {
	t.Helper()
	list := ask(t, s, kindOf(t, "command_list", to))
	if !slices.ContainsFunc(catalog.Items(list.reply), func(i catalog.Item) bool { return i.Node == node && i.JID == to }) {
		t.Fatalf("%s is not listed: %s", node, list.reply.XML())
	}
}

// refusedAs wants an error with an application condition.
func refusedAs(t *testing.T, s *session.Session, request *stanza.Stanza, application string) {
	t.Helper()
	_, err := s.Send(t.Context(), request)
	var failed *stanza.IQError
	if !errors.As(err, &failed) || failed.Err.Application.Local != application {
		t.Errorf("it ends in %v, want %s", err, application)
	}
}

// Row 66: a hundred items in pages of ten, forwards and backwards: those of the built-in server's bot,
// and the archives of real servers.
func TestRow66(t *testing.T) {
	t.Run("built-in", func(t *testing.T) {
		s := onDemo(t)
		const to = "many@bots.demo.localhost"
		// Those behind the first hundred are left alone.
		pages := forwards(t, s, kindOf(t, "disco_items", to, "max=10"), 10)
		for i, p := range pages {
			items := catalog.Items(p.reply)
			if len(items) != 10 || items[0].Node != fmt.Sprintf("item-%05d", 10*i+1) {
				t.Errorf("page %d is %v", i+1, items)
			}
		}
		backwards(t, s, pages)
	})
	onBoth(t, func(t *testing.T, server *realserver.Server) {
		s := login(t, server, "alice")
		begun := time.Now().UTC().Add(-time.Second)
		for i := range 100 {
			message, err := stanza.Parse(fmt.Sprintf("<message to='bob@localhost' type='chat' id='m%d'><body>number %d</body></message>", i, i), s.Scope())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.SendStanza(message); err != nil {
				t.Fatal(err)
			}
		}
		pages := forwards(t, s, kindOf(t, "mam_query", "", "max=10", "with=bob@localhost", "start="+begun.Format(time.RFC3339)), 0)
		if len(pages) != 10 {
			t.Fatalf("there are %d pages", len(pages))
		}
		backwards(t, s, pages)
	})
}

// forwards walks through pages, to the last one or until there are so many.
func forwards(t *testing.T, s *session.Session, request *stanza.Stanza, most int) []turn {
	t.Helper()
	pages := []turn{ask(t, s, request)}
	for len(pages) != most {
		last := pages[len(pages)-1]
		next, err := rsm.Next(last.request, last.reply, iqbuilder.NewID())
		if errors.Is(err, rsm.ErrLast) {
			break
		}
		if err != nil || len(pages) > 20 {
			t.Fatalf("after page %d: %v\n%s", len(pages), err, last.reply.XML())
		}
		page := ask(t, s, next)
		if set, _ := rsm.Of(page.reply); set.Empty {
			break // a server that does not say which page is the last one
		}
		pages = append(pages, page)
	}
	return pages
}

// backwards walks back from the last page, which has to lead through the same ones.
func backwards(t *testing.T, s *session.Session, pages []turn) {
	t.Helper()
	at := pages[len(pages)-1]
	for i := len(pages) - 2; i >= 0; i-- {
		before, err := rsm.Previous(at.request, at.reply, iqbuilder.NewID())
		if err != nil {
			t.Fatalf("before page %d: %v\n%s", i+2, err, at.reply.XML())
		}
		at = ask(t, s, before)
		got, _ := rsm.Of(at.reply)
		want, _ := rsm.Of(pages[i].reply)
		if got.First != want.First || got.Last != want.Last {
			t.Fatalf("page %d is from %q to %q, want %q to %q", i+1, got.First, got.Last, want.First, want.Last)
		}
	}
	if before, err := rsm.Previous(at.request, at.reply, iqbuilder.NewID()); err == nil {
		if set, _ := rsm.Of(ask(t, s, before).reply); !set.Empty {
			t.Errorf("before the first page there is one from %q", set.First)
		}
	} else if !errors.Is(err, rsm.ErrFirst) {
		t.Error(err)
	}
}
