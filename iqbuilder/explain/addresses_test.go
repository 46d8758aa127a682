package explain

import (
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

func TestWhoAnswered(t *testing.T) {
	for _, c := range []struct {
		own  string
		from map[string]Answerer
	}{
		{"me@host/x", map[string]Answerer{
			"": Account, "ME@host": Account, "host": Server, "HOST.": Server, "pubsub.host": Server,
			"b@host": Contact, "room@rooms.host": Contact, "b@host/r": Session, "me@host/y": Session, "room@rooms.host/nick": Session,
			"otherhost": ForeignServer, "otherhost/r": ForeignServer, "b@otherhost": ForeignContact, "b@otherhost/r": ForeignSession,
			"host/r": Peer, "me@host/x": Unknown, "@": Unknown,
		}},
		{"echo.host", map[string]Answerer{ // a component
			"": Account, "echo.host": Account, "host": Peer, "b@host": Contact, "b@host/r": Session, "other.org": ForeignServer,
		}},
		{"", map[string]Answerer{ // nothing is foreign to nobody
			"host": Peer, "b@host": Contact, "b@host/r": Session,
		}},
	} {
		for from, want := range c.from {
			if got := WhoAnswered(from, xmpptest.JID(t, c.own)); got != want {
				t.Errorf("to %q, %q is %q, want %q", c.own, from, got, want)
			}
		}
	}
}

func TestWhatAServerMayHaveSaidInTheNameOfAnAddressComesFirst(t *testing.T) {
	own := xmpptest.JID(t, "alice@localhost/x")
	ping := stanza.Name{Space: "urn:xmpp:ping", Local: "ping"}
	disco := stanza.Name{Space: stanza.NSDiscoInfo, Local: "query"}
	register := stanza.Name{Space: "jabber:iq:register", Local: "query"}
	const (
		unavailable, notAllowed = "service-unavailable", "not-allowed"
		offline, silent, closed = "Perhaps nobody is online with this resource", "Perhaps the account does not exist", "The address is at another domain"
	)
	for _, c := range []struct {
		name, from, condition string
		payload               stanza.Name
		first, then           string
	}{
		{"a ping to a resource", "bob@localhost/nowhere", unavailable, ping, offline, "Or else the receiver does not know pings"},
		{"a ping to a foreign resource", "bob@example.org/nowhere", unavailable, ping, offline, "Or else the receiver does not know pings"},
		{"a request to a resource", "bob@localhost/nowhere", unavailable, disco, offline, "Or else the receiver does not offer this"},
		{"a ping to an account", "bob@localhost", unavailable, ping, silent, "Or else the receiver does not know pings"},
		{"a request to a foreign account", "bob@example.org", unavailable, disco, silent, "Or else the receiver does not offer this"},
		{"a ping to the server", "localhost", unavailable, ping, "The receiver does not know pings", ""},
		{"a request to a foreign server", "example.org", unavailable, disco, "The receiver does not offer this", "at another address"},
		{"a foreign server when there is no way to it", "example.org", notAllowed, disco, closed, "Or else nobody may do this"},
		{"a foreign account when there is no way to it", "bob@example.org", notAllowed, ping, closed, "Or else nobody may do this"},
		{"a foreign resource when there is no way to it", "bob@example.org/r", notAllowed, ping, closed, "Or else nobody may do this"},
		{"a foreign registration", "example.org", notAllowed, register, closed, "Or else the service does not let accounts be made"},
		{"what an account of the own server does not allow", "bob@localhost/r", notAllowed, ping, "Nobody may do this", ""},
		{"what the own server does not allow", "rooms.localhost", notAllowed, disco, "Nobody may do this", "a local address they do not serve"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := Error(Context{Condition: c.condition, Type: "cancel", By: WhoAnswered(c.from, own), Payload: c.payload})
			whole(t, c.name, e)
			if !strings.HasPrefix(e.Meaning, c.first) || !strings.Contains(e.Meaning, c.then) {
				t.Errorf("it says %q", e.Meaning)
			}
		})
	}
	closedNode := stanza.Name{Space: nsPubSub, Local: "closed-node"}
	e := Error(Context{Condition: notAllowed, Type: "cancel", Application: closedNode, By: ForeignServer})
	if !strings.HasPrefix(e.Meaning, "The node is closed") {
		t.Errorf("an application condition, which only the service itself sends, is explained by %q", e.Meaning)
	}
}
