package demo

import (
	"slices"

	"iqscope/iqbuilder/stanza"
)

// subscriber reads whose subscription a request is about: the bare or full
// address of whoever asks, and nobody else's (XEP-0060 §6.1.3.1).
func (r pubsubRequest) subscriber() (stanza.JID, *answer) {
	text, _ := r.element.Attr("jid")
	jid, err := stanza.ParseJID(text)
	if err != nil || jid.Bare() != r.from.Bare() {
		a := badPubsub("bad-request", "invalid-jid", "one subscribes oneself only")
		return jid, &a
	}
	return jid, nil
}

// subscribe enters a subscriber; who is one stays one (XEP-0060 §6.1).
func (p pubsub) subscribe(r pubsubRequest) answer {
	jid, wrong := r.subscriber()
	if wrong != nil {
		return *wrong
	}
	if !slices.Contains(r.node.subscribers, jid) {
		if len(r.node.subscribers) >= maxSubscriptions {
			return badPubsub("policy-violation", "too-many-subscriptions", "the node has too many subscribers")
		}
		r.node.subscribers = append(r.node.subscribers, jid)
	}
	return pubsubAnswer(subscriptionXML(r.name, jid, "subscribed"))
}

// unsubscribe takes a subscriber out (XEP-0060 §6.2).
func (p pubsub) unsubscribe(r pubsubRequest) answer {
	jid, wrong := r.subscriber()
	if wrong != nil {
		return *wrong
	}
	i := slices.Index(r.node.subscribers, jid)
	if i < 0 {
		a := badPubsub("unexpected-request", "not-subscribed", "there is no such subscription")
		a.err.Type = "cancel" // XEP-0060 §6.2.3.2
		return a
	}
	r.node.subscribers = slices.Delete(r.node.subscribers, i, i+1)
	return pubsubAnswer(subscriptionXML(r.name, jid, "none"))
}

// subscriptions lists those of whoever asks (XEP-0060 §5.6).
func (p pubsub) subscriptions(r pubsubRequest) answer {
	xml := ""
	for _, name := range p.names() {
		for _, jid := range p.nodes[name].subscribers {
			if jid.Bare() == r.from.Bare() && (r.name == "" || r.name == name) {
				xml += subscriptionXML(name, jid, "subscribed")
			}
		}
	}
	return pubsubAnswer("<subscriptions" + attribute("node", r.name) + ">" + xml + "</subscriptions>")
}

func subscriptionXML(name string, jid stanza.JID, state string) string {
	return "<subscription" + attribute("node", name) + attribute("jid", jid.String()) + attribute("subscription", state) + "/>"
}

// event tells the node's subscribers of something (XEP-0060 §7.1.2.1): a full
// address that resource, a bare one every available resource. It returns a
// function for later: the subscribers are those of now.
func (p pubsub) event(n *node, content string) func() {
	subscribers := slices.Clone(n.subscribers)
	return func() {
		for _, jid := range subscribers {
			to := []*client{p.server.directory.find(jid)}
			if jid.IsBare() {
				to = nil
				for _, present := range p.server.directory.available(jid) {
					to = append(to, present.client)
				}
			}
			for _, c := range to {
				if c != nil {
					c.send("<message type='headline'" + attribute("from", PubsubDomain) + attribute("to", jid.String()) + ">" +
						"<event xmlns='" + nsPubsubEvent + "'>" + content + "</event></message>")
				}
			}
		}
	}
}
