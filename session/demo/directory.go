package demo

import (
	"cmp"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"

	"iqscope/iqbuilder/stanza"
)

// directory knows who is connected. It is safe for concurrent use.
type directory struct {
	mu      sync.Mutex
	clients map[stanza.JID]*client   // by full JID
	left    map[stanza.JID]time.Time // when an account's last resource went, by bare JID
}

// interest is what a resource has asked to be told, as bits.
type interest uint8

const (
	rosterPushes interest = 1 << iota // RFC 6121 §2.1.6
	blockPushes                       // XEP-0191 §3.3
	carbonCopies                      // XEP-0280
)

func newDirectory() directory {
	return directory{clients: make(map[stanza.JID]*client), left: make(map[stanza.JID]time.Time)}
}

// enter gives a client the wanted address, or one with another resource when it
// is taken or has none; false when the account has too many.
func (d *directory) enter(c *client, wanted stanza.JID) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.of(wanted.Bare())) >= maxResources {
		return false
	}
	jid := wanted
	for jid.IsBare() || d.clients[jid] != nil {
		// A few letters are short to read, and unique is what we make sure of.
		made, err := wanted.WithResource(strings.ToLower(rand.Text()[:8]))
		if err != nil {
			return false
		}
		jid = made
	}
	c.jid = jid
	d.clients[jid] = c
	return true
}

// leave takes a client out; it returns the presence that it had.
func (d *directory) leave(c *client) *stanza.Stanza {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.clients[c.jid] == c {
		delete(d.clients, c.jid)
		d.left[c.jid.Bare()] = time.Now()
	}
	was := c.presence
	c.presence = nil
	return was
}

// find returns the client that is connected as exactly that full JID, or nil.
func (d *directory) find(full stanza.JID) *client {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clients[full]
}

// resources returns the clients connected as a bare JID, in a steady order.
func (d *directory) resources(bare stanza.JID) []*client {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.of(bare)
}

// available returns those of them that have sent presence, with the presence.
func (d *directory) available(bare stanza.JID) []present {
	d.mu.Lock()
	defer d.mu.Unlock()
	var found []present
	for _, c := range d.of(bare) {
		if c.presence != nil {
			found = append(found, present{c, c.presence})
		}
	}
	return found
}

// want notes that a resource wants to be told something, or no longer.
func (d *directory) want(full stanza.JID, what interest, on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.clients[full]
	switch {
	case c == nil:
	case on:
		c.wants |= what
	default:
		c.wants &^= what
	}
}

// wanting returns those connected as a bare JID who want to be told.
func (d *directory) wanting(bare stanza.JID, what interest) []*client {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.DeleteFunc(d.of(bare), func(c *client) bool { return c.wants&what == 0 })
}

// lastSeen says when the account's last resource went; zero when it never was here.
func (d *directory) lastSeen(bare stanza.JID) time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.left[bare]
}

// present is an available client.
type present struct {
	client   *client
	presence *stanza.Stanza
}

// setPresence keeps a client's last presence, nil when it is unavailable, and
// returns the one before.
func (d *directory) setPresence(c *client, p *stanza.Stanza) *stanza.Stanza {
	d.mu.Lock()
	defer d.mu.Unlock()
	was := c.presence
	c.presence = p
	return was
}

func (d *directory) of(bare stanza.JID) []*client {
	var found []*client
	for jid, c := range d.clients {
		if jid.Bare() == bare {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(a, b *client) int { return cmp.Compare(a.jid.String(), b.jid.String()) })
	return found
}
