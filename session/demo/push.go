package demo

import (
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// push tells all of the account's resources that want it of a change, by a
// request of the server's own; the answers to it are let go.
func (s *Server) push(account stanza.JID, what interest, payload string) {
	for _, c := range s.directory.wanting(account, what) {
		c.send("<iq type='set'" + attribute("id", "push-"+iqbuilder.NewID()) + attribute("to", c.jid.String()) + ">" + payload + "</iq>")
	}
}

// tell sends XML to a client, if it is still connected.
func (s *Server) tell(full stanza.JID, xml string) {
	if c := s.directory.find(full); c != nil {
		c.send(xml)
	}
}
