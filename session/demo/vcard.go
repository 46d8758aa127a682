package demo

import (
	"strings"
	"sync"

	"iqscope/iqbuilder/stanza"
)

// nsVCard is XEP-0054's.
const nsVCard = "vcard-temp"

// vCards keeps one for each account, and knows one of each bot (XEP-0054).
type vCards struct {
	mu        *sync.Mutex
	byAccount map[string]string // XML
}

func newVCards() vCards {
	v := vCards{new(sync.Mutex), make(map[string]string)}
	for _, account := range Accounts() {
		name := strings.ToUpper(account[:1]) + account[1:]
		v.byAccount[account] = vCardXML(element("FN", name) + element("NICKNAME", account) + element("JABBERID", account+"@"+Domain))
	}
	return v
}

func vCardXML(content string) string { return "<vCard xmlns='" + nsVCard + "'>" + content + "</vCard>" }

func (vCards) offer() offer {
	return offer{
		payloads: named(nsVCard, "vCard"),
		types:    getSet, at: []entity{self, account, botEntity}, features: []string{nsVCard},
	}
}

func (v vCards) answer(q *query) answer {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case q.iq.Type() == stanza.Get && q.about == botEntity:
		b, none := findBot(q.to.Local())
		if none != nil {
			return answer{err: none}
		}
		return answer{payload: vCardXML(element("FN", b.name) + element("DESC", b.about))}
	case q.iq.Type() == stanza.Get:
		return answer{payload: v.byAccount[q.owner().Local()]}
	case q.about != self:
		return failed("forbidden", "a vCard is its owner's to change")
	}
	v.byAccount[q.from.Local()] = q.cut(q.payload())
	return answer{}
}
