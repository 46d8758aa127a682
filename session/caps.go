package session

import (
	"cmp"
	"slices"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
)

const (
	nsCaps = "http://jabber.org/protocol/caps"
	// capsNode names the software, and is fetched by nobody (RFC 6761 §6.4).
	capsNode = "https://iqscope.invalid"
)

// Presence is an available presence (RFC 6121 §4.2.1) with our entity capabilities (XEP-0115
// §4): what the responders that are on serve, so that others know without asking. While it is the
// last presence that was sent to all, it is sent again when that changes, unless
// Disco.Once is set. A component's has no capabilities.
func (s *Session) Presence() (*stanza.Stanza, error) { return s.self.presence(s.Scope()) }

func (we *self) presence(scope stanza.Scope) (*stanza.Stanza, error) {
	xml := "<presence/>"
	if c := we.caps(); c != "" {
		xml = "<presence><c xmlns='" + nsCaps + "' hash='sha-1' node='" + capsNode + "' ver='" + c + "'/></presence>"
	}
	return stanza.Parse(xml, scope)
}

// caps is the verification string of what we are (XEP-0115 §5.1); "" for a component.
func (we *self) caps() string {
	if we.component {
		return ""
	}
	category, kind := we.identity()
	return disco.Ver(disco.Info{Identities: []disco.Identity{{Category: category, Type: kind, Name: we.software.Name}}, Features: we.features()})
}

// toAll says that a presence is for all who may see us, or for nobody any more.
func toAll(el *stanza.Stanza) bool {
	return el.Kind() == stanza.Presence && el.To() == "" && (el.Type() == "" || el.Type() == "unavailable")
}

// unannounced takes note of a presence that did not leave after all: what others know is not
// known any more. The session's lock is held.
func (l *link) unannounced(el *stanza.Stanza) {
	if toAll(el) {
		l.caps = ""
	}
}

// announced takes note of the capabilities in a presence that is to leave for all. The session's
// lock is held.
func (l *link) announced(el *stanza.Stanza) {
	if !toAll(el) {
		return
	}
	l.caps = ""
	if tree, err := el.Tree(); err == nil && el.Type() == "" {
		if c := tree.Child(nsCaps, "c"); c != nil {
			if node, _ := c.Attr("node"); node == capsNode {
				l.caps, _ = c.Attr("ver")
			}
		}
	}
}

// served tells who sees us that what we serve has changed, if it has.
func (s *Session) served() {
	defer s.changed.ring()
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &s.link
	if l.up == nil || l.caps == "" || s.cfg.Disco.Once || l.caps == s.self.caps() {
		return
	}
	if presence, err := s.self.presence(l.up.conn.Scope()); err == nil {
		s.outbox.add(&outgoing{element: presence})
	}
}

// identity is the category and type of what we are (XEP-0030 §3.1).
func (we *self) identity() (category, kind string) {
	if we.component {
		return cmp.Or(we.disco.Category, "component"), cmp.Or(we.disco.Type, "generic")
	}
	return cmp.Or(we.disco.Category, "client"), cmp.Or(we.disco.Type, "console")
}

// features are where the responders that are on are at home, and capabilities, which a
// component has no presence for.
func (we *self) features() []string {
	features := we.served()
	if !we.component && !slices.Contains(features, nsCaps) {
		features = append(features, nsCaps)
	}
	return features
}
