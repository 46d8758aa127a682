package demo

import (
	"context"
	"testing"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// unconnected is a server without sockets, so that its clock can be a bubble's.
func unconnected(t *testing.T) *Server {
	t.Helper()
	s := &Server{
		started: time.Now(), ctx: t.Context(), directory: newDirectory(), resumable: newResumables(),
		credentials: map[string]storedPassword{"juliet": {}, "romeo": {}},
		rosters:     newRosters(), blocklists: newBlocklists(), archive: newArchive(),
	}
	s.services = newServices(s)
	return s
}

// enters binds a client that has no connection: what it says goes to take, and what it
// is told stays in its outbox.
func (s *Server) enters(t *testing.T, address string) *client {
	t.Helper()
	c := &client{server: s, out: newOutbox(), scope: stanza.ClientScope()}
	c.life, c.end = context.WithCancel(t.Context())
	if !s.directory.enter(c, xmpptest.JID(t, address)) {
		t.Fatal("there is no room")
	}
	return c
}

func (c *client) says(t *testing.T, xml string) {
	t.Helper()
	if err := c.take(mustParse(xml)); err != nil {
		t.Fatal(err)
	}
}

// told empties the outbox without waiting.
func (c *client) told() []*stanza.Stanza {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	batch, _ := c.out.takeAll()
	return batch
}
