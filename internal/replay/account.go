package replay

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

const (
	nsSession  = "urn:ietf:params:xml:ns:xmpp-session"
	nsAuth     = "jabber:iq:auth"
	nsRegister = "jabber:iq:register"
	nsSASL2    = "urn:xmpp:sasl:2"
)

// isComponent says that the stanzas are a component's (XEP-0114).
func isComponent(items []Item) bool {
	for i := range items {
		if st := items[i].Stanza; st != nil && st.Kind() == stanza.IQ {
			return st.Scope().Content == stanza.NSComponent
		}
	}
	return false
}

// before is who the session is before its elements say it: zero where they will, as long as nobody
// is known by another name.
func (p *player) before(items []Item) stanza.JID {
	told := p.Account
	if p.out.Component && !told.IsZero() {
		return told
	}
	for i := range items {
		st := items[i].Stanza
		if st == nil {
			continue
		}
		if st.Kind() == stanza.StreamOpen && items[i].Dir == stanza.Out && !p.out.Component {
			return stanza.JID{} // from the start: it will be bound
		}
		break
	}
	if told.Resource() != "" {
		return told
	}
	return addressee(items, told, p.out.Component)
}

// addressee is to whom most of what came in is addressed, if it has a resource, of the account that
// is told if one is; a component is the domain.
func addressee(items []Item, told stanza.JID, component bool) stanza.JID {
	counts, best := map[stanza.JID]int{}, stanza.JID{}
	read := map[string]stanza.JID{}
	for i := range items {
		it := &items[i]
		if it.Stanza == nil || it.Stanza.Kind() != stanza.IQ && it.Stanza.Kind() != stanza.Message {
			continue
		}
		address := it.Stanza.To()
		if it.Dir == stanza.Out && component {
			address = it.Stanza.From()
		} else if it.Dir == stanza.Out || address == "" || it.Dir == 0 && it.Stanza.From() == "" {
			continue
		}
		jid, ok := read[address]
		if !ok {
			jid, _ = stanza.ParseJID(address)
			if len(read) < mostAddresses {
				read[strings.Clone(address)] = jid
			}
		}
		if component {
			jid = jid.Host()
		} else if jid.Resource() == "" || !told.IsZero() && jid.Bare() != told.Bare() {
			continue
		}
		if jid.IsZero() {
			continue
		}
		if counts[jid] > 0 || len(counts) < mostAddresses {
			counts[jid]++
		}
		if counts[jid] > counts[best] {
			best = jid
		}
	}
	if best.IsZero() {
		return told
	}
	return best
}

// mostAddresses bounds how many addresses are counted: a hostile capture has a million of them.
const mostAddresses = 1000

// binds takes in who the session is from here on: by resource binding (RFC 6120 §7.6), or by what
// ends a login that binds at once (XEP-0388, XEP-0386).
func (p *player) binds(st *stanza.Stanza) {
	if p.out.Component {
		return
	}
	text := ""
	switch {
	case st.Type() == stanza.Result && st.Payload() == stanza.Name{Space: stanza.NSBind, Local: "bind"}:
		if tree, err := st.Tree(); err == nil {
			if bind := tree.Child(stanza.NSBind, "bind"); bind != nil {
				if jid := bind.Child(stanza.NSBind, "jid"); jid != nil {
					text = jid.Text()
				}
			}
		}
	case st.Name() == stanza.Name{Space: nsSASL2, Local: "success"}:
		if tree, err := st.Tree(); err == nil {
			if id := tree.Child(nsSASL2, "authorization-identifier"); id != nil {
				text = id.Text()
			}
		}
	default:
		return
	}
	jid, err := stanza.ParseJID(strings.TrimSpace(text))
	if err != nil || jid.Resource() == "" {
		return
	}
	p.own = jid
	p.table.SetIdentity(p.identity())
}
