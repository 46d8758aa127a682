package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"iqscope/internal/realserver"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/handler"
)

// TestTheCatalogueOnRealServers sends the 99 requests that are met most, made by the catalogue, to
// servers as Debian ships them and to the same with more modules, and holds what comes back to what
// these servers are known to say. A result has nothing in it that the catalogue's payload does not name,
// but for what forms say of themselves.
func TestTheCatalogueOnRealServers(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	answered := [4]map[int]bool{{}, {}, {}, {}}
	for column, server := range []struct {
		name    string
		start   func(testing.TB, ...realserver.Option) *realserver.Server
		modules realserver.Modules
	}{
		{"Prosody", realserver.Prosody, realserver.Stock},
		{"Prosody with more", realserver.Prosody, realserver.Extended},
		{"ejabberd", realserver.Ejabberd, realserver.Stock},
		{"ejabberd with more", realserver.Ejabberd, realserver.Extended},
	} {
		t.Run(server.name, func(t *testing.T) {
			running := server.start(t, realserver.WithModules(server.modules))
			a := &asker{Session: login(t, running, "alice"), bob: login(t, running, "bob")}
			for _, row := range asked {
				want := row.want[column]
				if row.kind == "" {
					if want == "" {
						a.enter(t, row.to)
					}
					continue
				}
				outcome := a.ask(t, row.kind, row.to, row.settings, want == noAnswer)
				if outcome != want && (outcome != "" || want != streamEnded) {
					t.Errorf("%s %q to %q: got %q, want %q", row.kind, row.settings, row.to, outcome, want)
				}
				if outcome == "" && row.rank > 0 {
					answered[column][row.rank] = true
				}
			}
			answered[column][bindRank] = true // nobody gets here without
		})
	}
	if t.Failed() || t.Skipped() {
		return
	}
	for i, least := range []int{60, 77} {
		all := 0
		for rank := 1; rank <= 99; rank++ {
			if !slices.ContainsFunc(asked, func(r request) bool { return r.rank == rank }) {
				t.Errorf("number %d is not asked", rank)
			}
			if answered[i][rank] || answered[i+2][rank] {
				all++
			}
		}
		if all < least {
			t.Errorf("%d of 99 were answered, want at least %d", all, least)
		}
		t.Logf("%s: %d of 99 were answered: Prosody %d, ejabberd %d", []string{"as shipped", "with more modules"}[i], all, len(answered[i]), len(answered[i+2]))
	}
}

// misnamed are kinds whose answers ejabberd 23.01 puts into another element than it should.
var misnamed = map[string]bool{"extdisco_credentials": true, "mix_join": true, "mix_leave": true}

// asker sends requests and remembers what later ones need.
type asker struct {
	*session.Session
	bob     *session.Session
	command string // the session of the last command
}

func (a *asker) filled(text string) string {
	own := a.Status().JID
	return strings.NewReplacer("{bare}", own.Bare().String(), "{bob}", a.bob.Status().JID.String(), "{session}", a.command,
		"{png}", png).Replace(text)
}

// ask sends a request and says what came of it. It waits shortly for what never answers.
func (a *asker) ask(t *testing.T, key, to string, settings []string, briefly bool) string {
	t.Helper()
	k, err := catalog.Builtin().Kind(key)
	if err != nil {
		t.Fatal(err)
	}
	values := catalog.Values{}
	for _, setting := range settings {
		if err := k.Set(values, a.filled(setting)); err != nil {
			t.Fatal(err)
		}
	}
	payload, err := k.XML(values)
	if err != nil {
		t.Fatal(err)
	}
	iq, err := iqbuilder.New(k.Type, iqbuilder.WithPayload(payload), iqbuilder.To(a.filled(to)))
	if err != nil {
		t.Fatal(err)
	}
	wait := soon
	if briefly {
		wait = 2 * time.Second
	}
	reply, err := a.Send(t.Context(), iq, session.WithTimeout(wait))
	var failed *stanza.IQError
	var late *stanza.IQTimeout
	var unknown *session.Unknown
	switch {
	case errors.As(err, &failed):
		e := failed.Err
		text := e.Condition + "/" + e.Type
		if e.Application.Local != "" {
			text += "+" + e.Application.Local
		}
		return text
	case errors.As(err, &late):
		return noAnswer
	case errors.As(err, &unknown):
		return streamEnded
	case err != nil:
		return err.Error()
	}
	answer := catalog.Builtin().Payload(k.Result)
	if answer == nil || reply.Payloads() == 0 || reply.Payload() != answer.Name() && misnamed[key] {
		return ""
	}
	read, err := answer.Read(reply)
	if err != nil && !strings.Contains(reply.XML(), "jabber:x:data") {
		t.Errorf("%s: the answer is not all named: %v\n%s", key, err, reply.XML())
	}
	if id := read["sessionid"]; id != nil {
		a.command = id[0]
	}
	return ""
}

// enter enters a room as an occupant, which makes it if there is none, and waits to be in it.
func (a *asker) enter(t *testing.T, occupant string) {
	t.Helper()
	s := a.Session
	if strings.HasSuffix(occupant, "/Bob") {
		s = a.bob
	}
	in, err := s.Expect(handler.MustPath(`presence@from="` + occupant + `"`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SendStanza(xmpptest.Stanza(t, `<presence to="`+occupant+`"><x xmlns="http://jabber.org/protocol/muc"/></presence>`)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if e, err := in.Wait(ctx); err != nil || e.Stanza.Type() == stanza.Error {
		t.Fatalf("%s: %v, %v", occupant, e.Stanza, err)
	}
}
