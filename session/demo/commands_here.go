package demo

import (
	"strconv"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// commandsHere are the commands of the server.
func commandsHere() []command {
	return []command{
		{
			node: "two-steps", name: "Order a potion, in two steps",
			stages: []stage{
				{"What shall it be? The next form depends on it.", potionFields},
				{"How is it to be delivered? You can go back.", deliveryFields},
			},
			finish: order,
		},
		{
			node: "ask-me", name: "Let the server send you a request",
			stages: []stage{{"The request comes right behind the answer to this command. Answer it, or see what your client does.", requestFields}},
			finish: askBack,
		},
		{node: "uptime", name: "Say how long the server has been up", finish: uptime},
	}
}

func potionFields(submitted) []field {
	return []field{
		{name: "potion", typ: "list-single", label: "Potion", options: []string{"sleep", "love", "poison"}, required: true},
		{name: "for", typ: "text-single", label: "For whom", required: true},
	}
}

func deliveryFields(values submitted) []field {
	fields := []field{
		{name: "by", typ: "list-single", label: "Messenger", options: []string{"nurse", "friar"}, values: []string{"friar"}, required: true},
		{name: "remark", typ: "text-multi", label: "Remark"},
	}
	if values.one("potion") == "sleep" {
		fields = append(fields, field{name: "hours", typ: "list-single", label: "Hours of sleep", options: []string{"8", "42"}, required: true})
	}
	return fields
}

func order(_ *Server, _ *query, values submitted) (string, []field, func()) {
	var result []field
	for _, f := range append(potionFields(values), deliveryFields(values)...) {
		if v := values[f.name]; len(v) > 0 {
			result = append(result, field{name: f.name, label: f.label, values: v})
		}
	}
	return "The potion is on its way to " + values.one("for") + ".", result, nil
}

// requests that the server can send, by the word for it in the form.
var requests = []struct{ name, payload string }{
	{"ping", "<ping xmlns='" + nsPing + "'/>"},
	{"version", "<query xmlns='" + nsVersion + "'/>"},
	{"time", "<time xmlns='" + nsTime + "'/>"},
	{"disco-info", "<query xmlns='" + stanza.NSDiscoInfo + "'/>"},
	{"disco-items", "<query xmlns='" + stanza.NSDiscoItems + "'/>"},
	{"unknown", "<odd xmlns='http://" + Domain + "/unknown'/>"},
}

func requestFields(submitted) []field {
	var names []string
	for _, r := range requests {
		names = append(names, r.name)
	}
	return []field{
		{name: "payload", typ: "list-single", label: "Payload", options: names, values: names[:1], required: true},
		{name: "type", typ: "list-single", label: "Type", options: []string{"get", "set"}, values: []string{"get"}, required: true},
	}
}

func askBack(s *Server, q *query, values submitted) (string, []field, func()) {
	payload := ""
	for _, r := range requests {
		if r.name == values.one("payload") {
			payload = r.payload
		}
	}
	id := "ask-" + iqbuilder.NewID()
	send := func() {
		s.tell(q.from, "<iq"+attribute("type", values.one("type"))+attribute("id", id)+attribute("from", Domain)+attribute("to", q.from.String())+">"+payload+"</iq>")
	}
	return "The request comes now, with the id " + id + ".", nil, send
}

func uptime(s *Server, _ *query, _ submitted) (string, []field, func()) {
	seconds := strconv.Itoa(int(time.Since(s.started) / time.Second))
	return "The server has been up for " + seconds + " seconds.", []field{{name: "seconds", values: []string{seconds}}}, nil
}
