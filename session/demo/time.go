package demo

import (
	"time"

	"iqscope/iqbuilder/stanza"
)

// nsTime is XEP-0202's.
const nsTime = "urn:xmpp:time"

// entityTime tells the server's clock (XEP-0202), in the formats of XEP-0082.
type entityTime struct{}

func (entityTime) offer() offer {
	return offer{
		payload: stanza.Name{Space: nsTime, Local: "time"},
		types:   onlyGet, at: []entity{self, host, botsHost, botEntity}, feature: nsTime,
	}
}

func (entityTime) answer(*query) answer {
	now := time.Now()
	return answer{payload: "<time xmlns='" + nsTime + "'><tzo>" + now.Format("-07:00") +
		"</tzo><utc>" + now.UTC().Format("2006-01-02T15:04:05.000Z") + "</utc></time>"}
}
