package demo

import (
	"strconv"
	"time"
)

// nsLast is XEP-0012's.
const nsLast = "jabber:iq:last"

// lastActivity says how long the server or a bot has been up, and how long an
// account has been away: 0 seconds when it is here (XEP-0012 §3 to §5).
type lastActivity struct{ server *Server }

func (lastActivity) offer() offer {
	return offer{
		payloads: named(nsLast, "query"),
		types:    onlyGet, at: []entity{self, account, host, botsHost, botEntity, pubsubHost}, features: []string{nsLast},
	}
}

func (l lastActivity) answer(q *query) answer {
	since := l.server.started
	if q.about == self || q.about == account {
		switch seen := l.server.directory.lastSeen(q.owner()); {
		case len(l.server.directory.resources(q.owner())) > 0:
			since = time.Now()
		case !seen.IsZero():
			since = seen
		}
	}
	return answer{payload: "<query xmlns='" + nsLast + "' seconds='" + strconv.Itoa(int(time.Since(since)/time.Second)) + "'/>"}
}
