package demo

import (
	"strconv"

	"iqscope/iqbuilder/stanza"
)

// flood sends a client as many messages, or requests, as a flood bot's name
// says, as quickly as the client takes them: what waits for it never fills more
// than half of its queue. The answer comes first. False when another flood is
// still on its way.
func (s *Server) flood(c *client, from stanza.JID, n int, requests bool, answer func()) bool {
	if !c.flooding.CompareAndSwap(false, true) {
		return false
	}
	answer()
	s.running.Go(func() {
		defer c.flooding.Store(false)
		for i := 1; i <= n && c.out.waitAcked(c.life) == nil; i++ {
			number := strconv.Itoa(i)
			addresses := attribute("id", "flood-"+number) + attribute("from", from.String()) + attribute("to", c.jid.String())
			if requests {
				c.send("<iq type='get'" + addresses + "><ping xmlns='" + nsPing + "'/></iq>")
			} else {
				c.send("<message type='headline'" + addresses + "><body>" + number + " of " + strconv.Itoa(n) + "</body></message>")
			}
		}
	})
	return true
}
