package pending

import "iqscope/iqbuilder/stanza"

// address is a from or to attribute, prepared for comparison.
type address struct {
	text string     // as written; "" when absent
	jid  stanza.JID // zero, and so equal to no address, when absent or no JID
}

func readAddress(text string) address {
	if text == "" {
		return address{}
	}
	jid, err := stanza.ParseJID(text)
	if err != nil {
		return address{text: text}
	}
	return address{text: text, jid: jid}
}

func (a address) absent() bool { return a.text == "" }
func (a address) valid() bool  { return !a.jid.IsZero() }

// From says that a stanza comes from whom one was sent to that address: strictly, or as the
// lenient mode has it.
func (t *Table) From(s *stanza.Stanza, to string) bool {
	own := t.id.Own
	if t.id.Component {
		own = readAddress(s.To()).jid
	}
	return senderFit(readAddress(to), readAddress(s.From()), own, s.Type() == stanza.Error) != mismatch
}

// fit is how far a reply's sender is the one that was asked.
type fit uint8

const (
	mismatch fit = iota
	fits
	fitsLeniently // in lenient mode only
)

// senderFit says whether a reply from the given sender answers a request that
// went to the given address, own being who asked: the table of docs/reply-rule.md.
func senderFit(to, from address, own stanza.JID, isError bool) fit {
	ownAccount := from.absent() || from.jid == own.Bare()
	switch {
	case !to.absent() && !to.valid():
		return noAddressFit(to, from)
	case to.absent() || to.jid == own.Bare():
		switch {
		case ownAccount:
			return fits
		case from.jid == own.Host() || from.jid == own:
			return fitsLeniently
		}
	case to.jid == own.Host():
		switch {
		case from.jid == own.Host():
			return fits
		case ownAccount:
			return fitsLeniently
		}
	case to.jid == own:
		if from.jid == own || isError && ownAccount {
			return fits
		}
	case from.jid == to.jid:
		return fits
	case from.jid == to.jid.Bare() || from.jid == to.jid.Host():
		return fitsLeniently
	}
	return mismatch
}

// noAddressFit is for a request that was sent on purpose to something that is no
// address. A server bounces it from that very text, which no contact can have as
// its own; so here the text decides.
func noAddressFit(to, from address) fit {
	if from.text == to.text {
		return fits
	}
	return mismatch
}

// expected names the sender that a request waits for.
func expected(to address, own stanza.JID) string {
	switch {
	case to.absent() || to.jid == own.Bare():
		return "our own account"
	case !to.valid():
		return to.text
	default:
		return to.jid.String()
	}
}
