package demo

import (
	"slices"

	"iqscope/iqbuilder/stanza"
)

// nsCommands is XEP-0050's: of the payload, the node that lists the commands,
// and the application conditions.
const nsCommands = "http://jabber.org/protocol/commands"

// command is something that the server does when asked (XEP-0050). What they are
// stands in commands_here.go.
type command struct {
	node, name string
	// stages are the forms to fill in, one after the other; what a stage asks
	// may depend on the values of those before.
	stages []stage
	// finish does it, with all values; text and form say what was done.
	finish func(s *Server, q *query, values submitted) (note string, result []field, after func())
}

type stage struct {
	instructions string
	fields       func(values submitted) []field
}

// commands runs them.
type commands struct {
	server *Server
	all    []command
	open   dialogues
}

func newCommands(s *Server) commands { return commands{s, commandsHere(), newDialogues()} }

func (commands) offer() offer {
	return offer{
		payloads: named(nsCommands, "command"),
		types:    onlySet, at: []entity{host}, features: []string{nsCommands, nsForms},
	}
}

func (c commands) items(q *query, node string) ([]discoItem, bool) {
	if node != nsCommands {
		return nil, c.find(node) != nil
	}
	var all []discoItem
	for _, cmd := range c.all {
		all = append(all, discoItem{jid: q.to.String(), node: cmd.node, name: cmd.name})
	}
	return all, true
}

func (c commands) info(_ *query, node string) string {
	if node == nsCommands {
		return "<identity category='automation' type='command-list' name='Commands'/>" + features(nsCommands)
	}
	if cmd := c.find(node); cmd != nil {
		return "<identity category='automation' type='command-node'" + attribute("name", cmd.name) + "/>" + features(nsCommands, nsForms)
	}
	return ""
}

func (c commands) find(node string) *command {
	i := slices.IndexFunc(c.all, func(cmd command) bool { return cmd.node == node })
	if i < 0 {
		return nil
	}
	return &c.all[i]
}

// badCommand refuses with a condition of XEP-0050 §4.4.
func badCommand(condition, application, text string) answer {
	return because(condition, text, stanza.Name{Space: nsCommands, Local: application})
}

func (c commands) answer(q *query) answer {
	node, _ := q.payload().Attr("node")
	action, _ := q.payload().Attr("action")
	id, continued := q.payload().Attr("sessionid")
	cmd := c.find(node)
	switch {
	case cmd == nil:
		return failed("item-not-found", "there is no such command")
	case !slices.Contains([]string{"", "execute", "next", "prev", "complete", "cancel"}, action):
		return badCommand("bad-request", "malformed-action", "there is no such action")
	case continued:
		d, found := c.open.find(q.from, node, id)
		switch {
		case !found:
			return badCommand("bad-request", "bad-sessionid", "this command is not running for you under that sessionid")
		case d.ended:
			return badCommand("not-allowed", "session-expired", "this run of the command has ended")
		}
		return c.proceed(q, cmd, d, action)
	case action != "" && action != "execute":
		return badCommand("bad-request", "bad-action", "a command begins with execute")
	}
	d := c.open.open(q.from, node)
	if len(cmd.stages) == 0 {
		return c.finish(q, cmd, d)
	}
	return c.show(cmd, d)
}

// proceed goes on with a dialogue: execute stands for the action that the last
// form called so (XEP-0050 §3.3).
func (c commands) proceed(q *query, cmd *command, d dialogue, action string) answer {
	last := d.stage == len(cmd.stages)-1
	if action == "" || action == "execute" {
		action = "next"
		if last {
			action = "complete"
		}
	}
	switch {
	case action == "cancel":
		c.open.end(d)
		return answer{payload: commandXML(d, "canceled", "")}
	case action == "prev" && d.stage > 0:
		d.stage--
		c.open.save(d)
		return c.show(cmd, d)
	case action == "prev", action == "next" && last, action == "complete" && !last:
		return badCommand("bad-request", "bad-action", "the form does not allow "+action)
	}
	fields := cmd.stages[d.stage].fields(d.values)
	values := readForm(q.payload())
	wrong := values.wrong(fields)
	if values == nil {
		wrong = "a submitted form is missing"
	}
	if wrong != "" {
		return badCommand("bad-request", "bad-payload", wrong)
	}
	for _, f := range fields {
		d.values[f.name] = values[f.name]
	}
	if last {
		return c.finish(q, cmd, d)
	}
	d.stage++
	c.open.save(d)
	return c.show(cmd, d)
}

// show sends the form of the dialogue's stage, filled in as far as it was before.
func (c commands) show(cmd *command, d dialogue) answer {
	actions := "<actions execute='next'>"
	if d.stage == len(cmd.stages)-1 {
		actions = "<actions execute='complete'>"
	}
	if d.stage > 0 {
		actions += "<prev/>"
	}
	if d.stage < len(cmd.stages)-1 {
		actions += "<next/>"
	} else {
		actions += "<complete/>"
	}
	at := cmd.stages[d.stage]
	fields := at.fields(d.values)
	for i := range fields {
		if before := d.values[fields[i].name]; before != nil {
			fields[i].values = before
		}
	}
	f := form{typ: "form", title: cmd.name, instructions: at.instructions, fields: fields}
	return answer{payload: commandXML(d, "executing", actions+"</actions>"+f.xml())}
}

func (c commands) finish(q *query, cmd *command, d dialogue) answer {
	note, result, after := cmd.finish(c.server, q, d.values)
	c.open.end(d)
	content := "<note type='info'>" + stanza.Escape(note) + "</note>"
	if result != nil {
		content += form{typ: "result", title: cmd.name, fields: result}.xml()
	}
	return answer{payload: commandXML(d, "completed", content), after: after}
}

func commandXML(d dialogue, status, content string) string {
	return "<command xmlns='" + nsCommands + "'" + attribute("node", d.node) + attribute("sessionid", d.id) + " status='" + status + "'>" +
		content + "</command>"
}
