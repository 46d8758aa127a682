package pending

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

const (
	nsRoster   = "jabber:iq:roster"
	nsBlocking = "urn:xmpp:blocking"
	nsCarbons  = "urn:xmpp:carbons:2"
	nsArchive  = "urn:xmpp:mam:2"
)

// knownArchives bounds how many archives of others are remembered as asked.
const knownArchives = 1000

// forged says why a stanza must not be believed: it is what only the account's own
// server may send, and comes from somebody else; "" for any other, and before
// binding.
func (t *Table) forged(st *stanza.Stanza) string {
	if t.id.Component || t.id.Own.IsZero() {
		return ""
	}
	why := ""
	switch st.Kind() {
	case stanza.IQ:
		why = forgedPush(st)
	case stanza.Message:
		why = t.forgedMessage(st)
	}
	if why == "" || t.fromOurServer(st.From()) {
		return ""
	}
	return why
}

func forgedPush(st *stanza.Stanza) string {
	if st.Type() != stanza.Set {
		return ""
	}
	switch st.Payload().Space {
	case nsRoster:
		return "a roster push that is not from our server (RFC 6121 §2.1.6)"
	case nsBlocking:
		return "a push of the block list that is not from our server (XEP-0191 §3.3)"
	}
	return ""
}

func (t *Table) forgedMessage(st *stanza.Stanza) string {
	raw := st.XML()
	if !strings.Contains(raw, nsCarbons) && !strings.Contains(raw, nsArchive) && !strings.Contains(raw, "&#") {
		return "" // a namespace can be written with references, too
	}
	tree, err := st.Tree()
	if err != nil {
		return ""
	}
	for _, child := range tree.Elements() {
		switch name := child.Name; {
		case name.Space == nsCarbons && (name.Local == "received" || name.Local == "sent"):
			return "a copy of a message that is not from our server (XEP-0280 §11)"
		case name.Space == nsArchive && name.Local == "result" && !t.archives[stanza.Prepared(st.From())]:
			return "an archived message from an archive that was not asked (XEP-0313 §8)"
		}
	}
	return ""
}

// fromOurServer says that a stanza speaks for our account.
func (t *Table) fromOurServer(from string) bool {
	if from == "" || from == t.bare {
		return true
	}
	j, err := stanza.ParseJID(from)
	return err == nil && j == t.id.Own.Bare()
}

// asksArchive remembers whose archive a request of ours goes to. When there are too
// many, any other one is forgotten.
func (t *Table) asksArchive(iq *stanza.Stanza) {
	if iq.Payload().Space != nsArchive {
		return
	}
	for other := range t.archives {
		if len(t.archives) < knownArchives {
			break
		}
		delete(t.archives, other)
	}
	t.archives[stanza.Prepared(iq.To())] = true
}
