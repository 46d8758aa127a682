package cli

import (
	"fmt"
	"strings"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/session/pending"
)

const (
	// maxRefusals is how many stanzas that were no answer are shown of one request.
	maxRefusals = 10
	// maxRefusedXML is how many bytes of one are shown.
	maxRefusedXML = 4096
)

// refusals tell of each stanza that looked like the answer to a request and was not taken for it:
// its verdict, its sender, and itself. What the log does not hold any more, or is too much to be
// shown, stays counted in what is returned.
func refusals(s *session.Session, e session.Exchange) (warnings []string, rest session.Exchange) {
	if e.Seq == 0 {
		return nil, e
	}
	own := s.Status().JID
	log := s.Journal()
	for from := e.Seq + 1; len(warnings) < maxRefusals; {
		window := log.Window(nil, from, 256)
		if len(window) == 0 {
			break
		}
		for _, entry := range window {
			from = entry.Seq + 1
			switch {
			case len(warnings) == maxRefusals || entry.Dir != stanza.In || entry.Stanza == nil:
			case refusedWithID(e.Stanza, entry, own):
				e.Refused = max(0, e.Refused-1)
				warnings = append(warnings, refusedStanza(entry))
			case e.Reply == nil && answersWithoutID(e.Stanza, entry, own):
				warnings = append(warnings, "an answer without an id came from the one asked, and nobody can tell "+
					"what it answers (RFC 6120 §8.1.3): "+shownXML(entry.Stanza))
			}
		}
	}
	return warnings, e
}

// refusedWithID says that a stanza has the id of a request and did not end it. What we asked
// ourselves comes back to us, which is as it should be.
func refusedWithID(request *stanza.Stanza, entry journal.Entry, own stanza.JID) bool {
	if entry.Stanza.IsRequest() && addressed(entry.Stanza.From(), own) == own.String() {
		return false
	}
	switch entry.Verdict {
	case stanza.VerdictWrongSender, stanza.VerdictWrongRecipient, stanza.VerdictBorrowedID, stanza.VerdictMalformed:
		return entry.Stanza.HasID() && entry.Stanza.ID() == request.ID()
	}
	return false
}

// answersWithoutID says that a stanza would be the answer if it said to what.
func answersWithoutID(request *stanza.Stanza, entry journal.Entry, own stanza.JID) bool {
	st := entry.Stanza
	return !st.HasID() && st.IsReply() && entry.Verdict == stanza.VerdictMalformed &&
		addressed(request.To(), own) == addressed(st.From(), own)
}

// addressed is an address as XMPP compares them: without one, the own account is meant.
func addressed(text string, own stanza.JID) string {
	jid, err := stanza.ParseJID(text)
	switch {
	case text == "":
		return own.Bare().String()
	case err != nil:
		return text
	}
	return jid.String()
}

func refusedStanza(entry journal.Entry) string {
	text := fmt.Sprintf("a stanza with this id was not taken as the answer: %s, from %s", entry.Verdict, senderOf(entry.Stanza))
	if why, _, _ := strings.Cut(entry.Text, ";"); why != "" {
		text += ": " + why
	}
	if strings.Contains(entry.Text, pending.LenientTakes) {
		text += ": --lenient takes it"
	}
	return text + ": " + shownXML(entry.Stanza)
}

func senderOf(st *stanza.Stanza) string {
	if st.From() == "" {
		return "nobody in particular"
	}
	return fmt.Sprintf("%q", st.From())
}

// shownXML is a stanza on one line, or the beginning of a long one.
func shownXML(st *stanza.Stanza) string {
	xml := st.XML()
	if len(xml) > maxRefusedXML {
		xml = fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(xml[:maxRefusedXML], ""), len(xml))
	}
	return strings.NewReplacer("\n", " ", "\r", " ").Replace(xml)
}
