package demo

import (
	"fmt"

	"iqscope/iqbuilder/stanza"
)

// manyBot is the bot that has more items than one answer holds.
const manyBot = "many"

// manyItems lists the items of that bot, to try pages on (XEP-0059).
type manyItems struct{ all []discoItem }

func newManyItems() manyItems {
	m := manyItems{make([]discoItem, manyCount)}
	for i := range m.all {
		m.all[i] = discoItem{
			jid: manyBot + "@" + BotsDomain, node: fmt.Sprintf("item-%05d", i+1), name: fmt.Sprintf("Item %d of %d", i+1, manyCount),
		}
	}
	return m
}

func (manyItems) offer() offer { return offer{at: []entity{botEntity}} }

func (manyItems) answer(*query) answer { return failed("service-unavailable", "") }

func (m manyItems) items(q *query, node string) ([]discoItem, bool) {
	if q.to.Local() != manyBot || node != "" {
		return nil, false
	}
	return m.all, true
}

func (m manyItems) info(q *query, node string) string {
	i, known := discoItemList(m.all).find(node)
	if q.to.Local() != manyBot || !known {
		return ""
	}
	return "<identity category='hierarchy' type='leaf'" + attribute("name", m.all[i].name) + "/>" + features(stanza.NSDiscoInfo)
}
