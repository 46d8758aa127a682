package e2e

import (
	"strings"
	"testing"
)

// A counted person counts the keys that are pressed; an address that is typed counts for nothing.
type counted struct {
	*person
	keys int
}

func (c *counted) presses(keys ...string) {
	c.t.Helper()
	for _, key := range keys {
		c.SendKeys(key)
	}
	c.keys += len(keys)
}

// types presses the keys of letters.
func (c *counted) types(letters string) {
	c.t.Helper()
	c.Type(letters)
	c.keys += len(letters)
}

// finds puts what letters find into the composer.
func (c *counted) finds(letters string) {
	c.t.Helper()
	c.presses("F2")
	c.WaitFor("Requests")
	c.types(letters)
	c.WaitFor("> " + letters)
	c.presses("Enter")
	c.WaitGone("Requests")
}

// takes asserts that what was done took no more keys, and leaves.
func (c *counted) takes(most int) {
	c.t.Helper()
	if c.keys > most {
		c.t.Errorf("it takes %d keys, want %d at most", c.keys, most)
	}
	c.SendKeys("C-c", "C-c")
	c.left()
}

// What a person comes for most often takes a few keys, from the first frame or from where one is
// when one wants it.
func TestTheMainJobsTakeAFewKeys(t *testing.T) {
	Binary(t)
	for _, row := range []struct {
		name   string
		most   int
		before func(*person) // what is there already; nil for the first frame
		does   func(*counted)
	}{
		{"ping an address", 6, nil, func(c *counted) {
			c.finds("pi")
			c.Type("echo" + bots)
			c.presses("M-Enter")
			c.WaitMatch(`ping.*✓ result`)
		}},
		{"discover a server", 3, nil, func(c *counted) {
			c.presses("F9")
			c.WaitMatch(`(?s)FEATURES.*urn:xmpp:ping`)
		}},
		{"somebody's vCard", 6, nil, func(c *counted) {
			c.finds("vc")
			c.Type("romeo@demo.localhost")
			c.presses("M-Enter")
			c.WaitMatch(`vCard.*(✓ result|✗ item-not-found)`)
		}},
		{"see why a reply was refused", 2, func(p *person) {
			p.writes("<iq type='get' id='who' to='liar" + bots + "'><query xmlns='jabber:iq:version'/></iq>")
			p.SendKeys("M-Enter")
			p.waitsForRow("who", `✓ result`)
		}, func(c *counted) {
			c.presses("M-2", "j")
			c.WaitMatch(`(?s)wrong-sender.*comes from`)
		}},
		{"see the reply of a request", 1, func(p *person) {
			p.SendKeys("M-Enter")
			p.WaitMatch(discoRow)
		}, func(c *counted) {
			c.presses("M-2")
			c.WaitMatch(`<feature var='urn:xmpp:|<identity category='server'`)
		}},
		{"failures only", 1, func(p *person) {
			p.SendKeys("M-Enter")
			p.WaitMatch(discoRow)
			p.asks("bad", "error-gone"+bots)
			p.waitsForRow("bad", `✗ gone`)
		}, func(c *counted) {
			c.presses("M-!")
			c.waitsUntil("3 Log", "failures alone", func(log string) bool {
				return strings.Contains(log, "error-gone") && !strings.Contains(log, "disco#info")
			})
		}},
		{"copy a reply", 2, func(p *person) {
			p.SendKeys("M-Enter")
			p.WaitMatch(discoRow)
			p.SendKeys("M-2")
			p.WaitFor("<identity")
		}, func(c *counted) {
			c.presses("M-y", "y")
			c.WaitFor("Copied into tmux")
			if text := c.Buffer(); !strings.HasPrefix(text, "<iq") || !strings.Contains(text, "<identity") {
				c.t.Errorf("copied is %q", text)
			}
		}},
		{"another timeout", 4, nil, func(c *counted) {
			c.presses("M-t", "5", "Enter")
			c.WaitFor("timeout 5 s")
		}},
		{"the next step of a command", 1, func(p *person) {
			p.writes("<iq type='set' id='cmd' to='demo.localhost'><command xmlns='http://jabber.org/protocol/commands' node='two-steps' action='execute'/></iq>")
			p.SendKeys("M-Enter")
			p.waitsForRow("cmd", `✓ result`)
			p.SendKeys("M-2", "i")
			p.WaitFor("[ next ]")
			p.SendKeys("Space", "Tab")
		}, func(c *counted) {
			c.presses("M-Enter")
			c.WaitMatch(`\[ complete \]|this is required`)
		}},
		{"answer with a chosen error", 5, func(p *person) {
			p.SendKeys("M-2", "H")
			p.asks("hold", "flood-iq-1"+bots)
			p.waitsForRow("hold", `✓ result`)
			p.SendKeys("M-2", "Home")
			p.WaitMatch(`▸ .*← `)
		}, func(c *counted) {
			c.presses("A")
			c.WaitFor("with an error")
			c.types("go")
			c.WaitMatch(`▸ .*gone`)
			c.presses("Enter")
			c.WaitMatch(`✓ answered by hand`)
			c.WaitMatch(`get +flood-1 .*gone`)
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := tryOut(t, wide)
			if row.before != nil {
				row.before(p)
			}
			c := &counted{person: p}
			row.does(c)
			c.takes(row.most)
		})
	}
}
