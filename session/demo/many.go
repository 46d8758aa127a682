package demo

import (
	"fmt"
	"sync"

	"iqscope/iqbuilder/stanza"
)

// manyBot is the bot that has more items than one answer holds.
const manyBot = "many"

// manyItems lists the items of that bot, to try pages on (XEP-0059). They are made when somebody
// asks for them.
type manyItems struct{ all func() []discoItem }

func newManyItems() manyItems {
	return manyItems{sync.OnceValue(func() []discoItem {
		all := make([]discoItem, manyCount)
		for i := range all {
			all[i] = discoItem{
				jid: manyBot + "@" + BotsDomain, node: fmt.Sprintf("item-%05d", i+1), name: fmt.Sprintf("Item %d of %d", i+1, manyCount),
			}
		}
		return all
	})}
}

func (manyItems) offer() offer { return offer{at: []entity{botEntity}} }

func (manyItems) answer(*query) answer { return failed("service-unavailable", "") }

func (m manyItems) items(q *query, node string) ([]discoItem, bool) {
	if q.to.Local() != manyBot || node != "" {
		return nil, false
	}
	return m.all(), true
}

func (m manyItems) info(q *query, node string) string {
	if q.to.Local() != manyBot {
		return ""
	}
	all := discoItemList(m.all())
	i, known := all.find(node)
	if !known {
		return ""
	}
	return "<identity category='hierarchy' type='leaf'" + attribute("name", all[i].name) + "/>" + features(stanza.NSDiscoInfo)
}
