package demo

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/ack"
	"iqscope/session/wire"
)

const enableResumption = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>"

// managed logs in with stream management; it returns the id to resume by.
func managed(t *testing.T, s *Server) (*peer, string) {
	t.Helper()
	p := login(t, s, "juliet", "balcony")
	enabled := p.Asks(enableResumption)
	contains(t, enabled, "<enabled xmlns='urn:xmpp:sm:3' resume='true' id='", "max='60'")
	root, err := enabled.Tree()
	if err != nil {
		t.Fatal(err)
	}
	id, _ := root.Attr("id")
	return p, id
}

func resume(id string, handled int) string {
	return "<resume xmlns='urn:xmpp:sm:3' previd='" + id + "' h='" + strconv.Itoa(handled) + "'/>"
}

// hearsStanza skips requests for acknowledgements.
func (p *peer) hearsStanza() *stanza.Stanza {
	p.t.Helper()
	for {
		if el := p.Hears(); ack.Counts(el) {
			return el
		}
	}
}

func TestStanzasAreCountedBothWays(t *testing.T) {
	p, _ := managed(t, start(t))
	for i := range askAfter {
		p.Says(get("", "<ping xmlns='urn:xmpp:ping'/>"))
		if got := p.hearsStanza(); got.Type() != stanza.Result {
			t.Fatalf("answer %d is %s", i, got.XML())
		}
	}
	if got := p.Hears(); !isManagement(got, "r") {
		t.Errorf("then comes %s", got.XML())
	}
	contains(t, p.Asks("<r xmlns='urn:xmpp:sm:3'/>"), fmt.Sprintf("<a xmlns='urn:xmpp:sm:3' h='%d'/>", askAfter))
	p.Says(fmt.Sprintf("<a xmlns='urn:xmpp:sm:3' h='%d'/>", askAfter))
	contains(t, p.Asks(enableResumption), "<failed ", "<unexpected-request ")
	p.Says(fmt.Sprintf("<a xmlns='urn:xmpp:sm:3' h='%d'/>", askAfter+1))
	_, err := p.Conn.Next(t.Context())
	var ended *wire.StreamError
	if !errors.As(err, &ended) || ended.Condition != "undefined-condition" || ended.Application.Local != "handled-count-too-high" {
		t.Errorf("one acknowledgement too many ends with %v", err)
	}
}

func TestResumedStreamBringsWhatWasMissed(t *testing.T) {
	s := start(t)
	p, id := managed(t, s)
	p.Says("<presence/>")
	p.hearsStanza()
	r := available(t, s, "romeo", "orchard")
	if got := p.hearsStanza(); got.From() != r.stream.Bound.String() {
		t.Fatalf("juliet gets %s", got.XML())
	}
	p.Says("<iq type='get' id='pending' to='delay-0.1@bots.demo.localhost'><odd xmlns='urn:example'/></iq>")
	contains(t, p.Asks("<r xmlns='urn:xmpp:sm:3'/>"), "<") // taken in by now
	p.Conn.CloseNow()
	r.Says("<message to='juliet@demo.localhost' id='missed' type='chat'><body>hello</body></message>")
	r.HearsNothing() // juliet has not gone: no unavailable, no bounce

	again := authenticated(t, s, "juliet")
	resumed := again.Asks(resume(id, 1)) // of two presences
	contains(t, resumed, "<resumed xmlns='urn:xmpp:sm:3' previd='"+id+"' h='2'/>")
	if got := again.hearsStanza(); got.Kind() != stanza.Presence || got.From() != r.stream.Bound.String() {
		t.Errorf("first comes %s", got.XML())
	}
	// The answer of the bot may come before the message and behind it.
	if got := []string{again.hearsStanza().ID(), again.hearsStanza().ID()}; !slices.Contains(got, "missed") || !slices.Contains(got, "pending") {
		t.Errorf("then come %q", got)
	}
	again.Says(get("", "<ping xmlns='urn:xmpp:ping'/>"))
	if got := again.hearsStanza(); got.To() != juliet {
		t.Errorf("the address is %s now", got.To())
	}
}

func TestResumptionTakesAConnectionOver(t *testing.T) {
	s := start(t)
	p, id := managed(t, s)
	again := authenticated(t, s, "juliet") // while the first still lives
	contains(t, again.Asks(resume(id, 0)), "<resumed ")
	if _, err := p.Conn.Next(t.Context()); err == nil {
		t.Error("the old connection goes on")
	}
	contains(t, again.Asks(get("", "<ping xmlns='urn:xmpp:ping'/>")), juliet)
}

func TestRefusedResumptions(t *testing.T) {
	s := start(t)
	_, id := managed(t, s)
	p2 := login(t, s, "juliet", "gone")
	root, err := p2.Asks(enableResumption).Tree()
	if err != nil {
		t.Fatal(err)
	}
	gone, _ := root.Attr("id")
	p2.Says(get("", "<ping xmlns='urn:xmpp:ping'/>"))
	if err := p2.Conn.Close(t.Context()); err != nil { // a clean end
		t.Fatal(err)
	}
	for s.directory.find(p2.stream.Bound) != nil {
		time.Sleep(time.Millisecond)
	}
	for _, row := range []struct{ name, account, id, want string }{
		{"a stream that never was", "juliet", "nonsense", "<failed xmlns='urn:xmpp:sm:3'><item-not-found "},
		{"somebody else's", "romeo", id, "<failed xmlns='urn:xmpp:sm:3'><item-not-found "},
		{"one that ended well", "juliet", gone, "<failed xmlns='urn:xmpp:sm:3' h='1'><item-not-found "},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := authenticated(t, s, row.account)
			contains(t, p.Asks(resume(row.id, 0)), row.want)
			contains(t, p.Asks("<iq type='set' id='b'><bind xmlns='"+stanza.NSBind+"'/></iq>"), "<jid>"+row.account+"@")
		})
	}
	t.Run("too much acknowledged", func(t *testing.T) {
		p := authenticated(t, s, "juliet")
		p.Says(resume(id, 1))
		_, err := p.Conn.Next(t.Context())
		var ended *wire.StreamError
		if !errors.As(err, &ended) || ended.Application.Local != "handled-count-too-high" {
			t.Errorf("it ends with %v", err)
		}
	})
}

func TestNobodyWaitsForeverForAResumption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := unconnected(t)
		c := s.enters(t, juliet)
		id := s.resumable.add(c)
		for range 7 {
			c.out.took()
		}
		c.detach()
		time.Sleep(resumeTime - time.Nanosecond)
		synctest.Wait()
		if found, _ := s.resumable.find(id, "juliet"); found == nil || s.directory.find(c.jid) == nil {
			t.Error("the client has gone too early")
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		found, attributes := s.resumable.find(id, "juliet")
		if found != nil || attributes != " h='7'" || s.directory.find(c.jid) != nil || c.life.Err() == nil {
			t.Errorf("the client is still there: %v, %q", found, attributes)
		}
	})
}
