package demo

import "time"

// nsTime is XEP-0202's.
const nsTime = "urn:xmpp:time"

// entityTime tells the server's clock (XEP-0202), in the formats of XEP-0082.
type entityTime struct{}

func (entityTime) offer() offer {
	return offer{
		payloads: named(nsTime, "time"),
		types:    onlyGet, at: []entity{self, host, botsHost, botEntity, pubsubHost}, features: []string{nsTime},
	}
}

func (entityTime) answer(*query) answer {
	now := time.Now()
	return answer{payload: "<time xmlns='" + nsTime + "'><tzo>" + now.Format("-07:00") +
		"</tzo><utc>" + stamped(now) + "</utc></time>"}
}
