package capture

import (
	"iqscope/iqbuilder/stanza"
)

// guess tells directions where a capture does not: by what only one of the two sides says, by the
// addresses, and by the ids of what was asked.
type guess struct {
	own   string // our full address, once the server has said it
	asked map[string]stanza.Direction
}

func newGuess() *guess { return &guess{asked: map[string]stanza.Direction{}} }

// oneSided are the elements of a stream that only one side says.
var oneSided = map[stanza.Name]stanza.Direction{
	{Space: stanza.NSStream, Local: "features"}:       stanza.In,
	{Space: stanza.NSTLS, Local: "starttls"}:          stanza.Out,
	{Space: stanza.NSTLS, Local: "proceed"}:           stanza.In,
	{Space: stanza.NSTLS, Local: "failure"}:           stanza.In,
	{Space: stanza.NSSASL, Local: "auth"}:             stanza.Out,
	{Space: stanza.NSSASL, Local: "challenge"}:        stanza.In,
	{Space: stanza.NSSASL, Local: "response"}:         stanza.Out,
	{Space: stanza.NSSASL, Local: "success"}:          stanza.In,
	{Space: stanza.NSSASL, Local: "failure"}:          stanza.In,
	{Space: "urn:xmpp:sasl:2", Local: "authenticate"}: stanza.Out,
	{Space: "urn:xmpp:sasl:2", Local: "challenge"}:    stanza.In,
	{Space: "urn:xmpp:sasl:2", Local: "response"}:     stanza.Out,
	{Space: "urn:xmpp:sasl:2", Local: "success"}:      stanza.In,
	{Space: "urn:xmpp:sasl:2", Local: "failure"}:      stanza.In,
	{Space: "urn:xmpp:sm:3", Local: "enable"}:         stanza.Out,
	{Space: "urn:xmpp:sm:3", Local: "enabled"}:        stanza.In,
	{Space: "urn:xmpp:sm:3", Local: "resume"}:         stanza.Out,
	{Space: "urn:xmpp:sm:3", Local: "resumed"}:        stanza.In,
	{Space: "urn:xmpp:sm:3", Local: "failed"}:         stanza.In,
	{Space: "urn:xmpp:csi:0", Local: "active"}:        stanza.Out,
	{Space: "urn:xmpp:csi:0", Local: "inactive"}:      stanza.Out,
}

// direction is the one that an element went, 0 if nothing tells.
func (g *guess) direction(st *stanza.Stanza) stanza.Direction {
	var d stanza.Direction
	switch st.Kind() {
	case stanza.StreamOpen:
		return openedBy(st)
	case stanza.Element:
		return oneSided[st.Name()]
	case stanza.IQ, stanza.Message, stanza.Presence:
		d = g.stanza(st)
	}
	if st.Kind() == stanza.IQ && st.IsRequest() && st.ID() != "" && d != 0 {
		g.asked[st.ID()] = d
	}
	if st.Kind() == stanza.IQ && d == stanza.In && st.Payload() == bind {
		if tree, err := st.Tree(); err == nil {
			g.own = stanza.Prepared(tree.Child(stanza.NSBind, "bind").Child(stanza.NSBind, "jid").Text())
		}
	}
	return d
}

var bind = stanza.Name{Space: stanza.NSBind, Local: "bind"}

// openedBy tells who a stream's header is from: only the side that accepts a stream gives it an id
// (RFC 6120 §4.7.3).
func openedBy(open *stanza.Stanza) stanza.Direction {
	if open.ID() != "" {
		return stanza.In
	}
	return stanza.Out
}

func (g *guess) stanza(st *stanza.Stanza) stanza.Direction {
	if asked, known := g.asked[st.ID()]; known && st.IsReply() {
		delete(g.asked, st.ID())
		return opposite[asked]
	}
	from, to := st.From(), st.To()
	switch {
	case g.own != "" && to != "" && stanza.Prepared(to) == g.own:
		return stanza.In
	case g.own != "" && from != "" && stanza.Prepared(from) == g.own:
		return stanza.Out
	case from != "": // clients need not say it, and seldom do
		return stanza.In
	case st.IsReply() && to == "":
		return stanza.In // the server's, to somebody who asked it nothing that was seen
	}
	return stanza.Out
}
