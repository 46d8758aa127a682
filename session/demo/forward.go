package demo

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// nsForward and nsDelay are those of XEP-0297 and XEP-0203.
const (
	nsForward = "urn:xmpp:forward:0"
	nsDelay   = "urn:xmpp:delay"
)

// stamped is a time as XEP-0082 has it.
func stamped(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// forwardedXML wraps a stanza that declares all it needs; without a time, it
// came just now.
func forwardedXML(xml string, at time.Time) string {
	delay := ""
	if !at.IsZero() {
		delay = "<delay xmlns='" + nsDelay + "' stamp='" + stamped(at) + "'/>"
	}
	return "<forwarded xmlns='" + nsForward + "'>" + delay + xml + "</forwarded>"
}

// standalone returns a message as it is delivered, with all it needs declared,
// so that it can stand inside another stanza. From then on it is the server's.
func standalone(m *stanza.Stanza, from, to stanza.JID) (string, error) {
	xml, err := readdress(m, address{to: to.String(), from: from.String(), typ: string(m.Type())}, stanza.ClientScope())
	if err != nil {
		return "", err
	}
	delivered, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		return "", err
	}
	root, err := delivered.Tree()
	if err != nil {
		return "", err
	}
	return delivered.Cut(root, stanza.Scope{}), nil
}

// hasBody says that somebody wrote something: such messages are kept and copied.
func hasBody(m *stanza.Stanza) bool {
	root, err := m.Tree()
	return err == nil && root.Child(stanza.NSClient, "body") != nil
}
