package catalog

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/stanza"
)

// Filling is something in a reply that is to be filled in and sent back: a data form, a step of a
// command, the fields of a registration.
type Filling struct {
	Form  *form.Form
	Notes []Note // of a command
	Steps []Step // what can be sent, the usual one first

	legacy  bool // the fields are elements of their own, and no data form
	at      []stanza.Name
	request *stanza.Stanza
	reply   *stanza.Stanza
}

// Step is one way to go on.
type Step struct {
	Word  string // submit, next, complete, prev, cancel
	Fills bool   // the form goes along, and has to be right
	Kind  *Kind  // of the request; nil where the catalogue has none

	values Values
}

// Note is what a command says to people (XEP-0050 §3.4).
type Note struct{ Type, Text string }

// Command is the state of a command, as a reply tells it.
type Command struct {
	Node, Session string
	Status        string // executing, completed, canceled
	Notes         []Note
}

// NSCommands is the namespace of commands, and the node that lists them.
const NSCommands = "http://jabber.org/protocol/commands"

// Item is one of what a reply to disco#items lists.
type Item struct{ JID, Node, Name string }

// Items are those that a reply lists (XEP-0030 §4); nil for another reply.
func Items(reply *stanza.Stanza) []Item {
	root := payloadOf(reply)
	if root == nil || root.Name != (stanza.Name{Space: stanza.NSDiscoItems, Local: "query"}) {
		return nil
	}
	items := []Item{}
	for _, n := range root.Elements() {
		if n.Name.Local == "item" && n.Name.Space == stanza.NSDiscoItems {
			var item Item
			item.JID, _ = n.Attr("jid")
			item.Node, _ = n.Attr("node")
			item.Name, _ = n.Attr("name")
			items = append(items, item)
		}
	}
	return items
}

const (
	nsRegister = "jabber:iq:register"
	nsSearch   = "jabber:iq:search"
)

// CommandIn reads the state of a command; false for another reply.
func CommandIn(reply *stanza.Stanza) (Command, bool) {
	root := payloadOf(reply)
	if root == nil || root.Name != (stanza.Name{Space: NSCommands, Local: "command"}) || reply.Type() != stanza.Result {
		return Command{}, false
	}
	var c Command
	c.Node, _ = root.Attr("node")
	c.Session, _ = root.Attr("sessionid")
	c.Status, _ = root.Attr("status")
	for _, n := range root.Elements() {
		if n.Name == (stanza.Name{Space: NSCommands, Local: "note"}) {
			typ, _ := n.Attr("type")
			c.Notes = append(c.Notes, Note{cmp.Or(typ, "info"), n.Text()})
		}
	}
	return c, true
}

// Fill is what a reply has to fill in; nil for nothing. The request is the one that it answers.
func (c *Catalog) Fill(request, reply *stanza.Stanza) *Filling {
	if request == nil || reply == nil || reply.Type() != stanza.Result {
		return nil
	}
	root := payloadOf(reply)
	if root == nil {
		return nil
	}
	f := &Filling{request: request, reply: reply}
	if command, ok := CommandIn(reply); ok {
		if command.Status != "executing" {
			return nil
		}
		f.Notes = command.Notes
		f.Form = &form.Form{Type: form.Fill}
		if x := root.Child(form.NS, "x"); x != nil {
			f.Form = form.Read(x)
		}
		c.commandSteps(f, root)
		return f
	}
	if x := form.Find(root); x != nil {
		f.Form = form.Read(x)
		for n := x.Parent; n != root; n = n.Parent {
			f.at = slices.Insert(f.at, 0, n.Name)
		}
		if f.Form.Type != form.Fill {
			return nil
		}
		c.formSteps(f, root)
		return f
	}
	if root.Name.Local == "query" && (root.Name.Space == nsRegister || root.Name.Space == nsSearch) {
		return c.legacy(f, root)
	}
	return nil
}

// commandSteps are those that the reply allows (XEP-0050 §3.4), and cancel.
func (c *Catalog) commandSteps(f *Filling, root *stanza.Node) {
	words := []string{"complete"} // a command without actions has one step
	if actions := root.Child(NSCommands, "actions"); actions != nil {
		words = nil
		for _, word := range []string{"next", "complete", "prev"} {
			if actions.Child(NSCommands, word) != nil {
				words = append(words, word)
			}
		}
		usual, _ := actions.Attr("execute")
		if i := slices.Index(words, usual); i > 0 {
			words = slices.Insert(slices.Delete(words, i, i+1), 0, usual)
		}
	}
	for _, word := range append(words, "cancel") {
		step := Step{Word: word, Fills: word == "next" || word == "complete"}
		for _, k := range c.Kinds() {
			if k.Payload.Name() == root.Name && k.verb.at.attr == "action" && k.verb.value == word {
				step.Kind = k
				break
			}
		}
		f.Steps = append(f.Steps, c.following(f, step))
	}
}

// formSteps are those of a data form: to submit it, and to cancel where the protocol has that.
func (c *Catalog) formSteps(f *Filling, root *stanza.Node) {
	submit := Step{Word: "submit", Fills: true}
	var cancel *Step
	for _, k := range c.nextOf(f.request) {
		if k.Payload.Name() != root.Name || k.Type != stanza.Set && k.Type != stanza.Get {
			continue
		}
		if k.cancels() {
			cancel = &Step{Word: "cancel", Kind: k}
		} else if at, ok := k.formAt(); ok && submit.Kind == nil && slices.Equal(at, f.at) {
			submit.Kind = k
		}
	}
	f.Steps = append(f.Steps, c.following(f, submit))
	if cancel != nil {
		f.Steps = append(f.Steps, c.following(f, *cancel))
	}
}

// following gives a step the values that it takes from before.
func (c *Catalog) following(f *Filling, step Step) Step {
	if step.Kind != nil {
		step.values = c.Follow(step.Kind, f.request, f.reply)
	}
	return step
}

// nextOf are the kinds that follow those of a request.
func (c *Catalog) nextOf(request *stanza.Stanza) []*Kind {
	var all []*Kind
	for _, k := range c.KindsOf(request) {
		for _, key := range k.Next {
			if next := c.kinds[key]; next != nil && !slices.Contains(all, next) {
				all = append(all, next)
			}
		}
	}
	return all
}

// Next are the kinds that often follow on a request.
func (c *Catalog) Next(request *stanza.Stanza) []*Kind { return c.nextOf(request) }

// cancels says that a kind is the cancelling of a form.
func (k *Kind) cancels() bool { return k.inForm() && k.verb.value == string(form.Cancel) }

// inForm says that what tells the kind is the type of its form.
func (k *Kind) inForm() bool {
	steps := k.verb.at.steps
	return k.verb.at.attr == "type" && len(steps) > 0 && steps[len(steps)-1] == stanza.Name{Space: nsData, Local: "x"}
}

// formAt is where a kind has its form.
func (k *Kind) formAt() ([]stanza.Name, bool) {
	for i := range k.Fields {
		if f := &k.Fields[i]; f.path.form {
			return f.path.steps, true
		}
	}
	return nil, false
}

// legacy is a form made of the elements of a registration or a search (XEP-0077 §3.1, XEP-0055 §2.1).
func (c *Catalog) legacy(f *Filling, root *stanza.Node) *Filling {
	f.legacy = true
	f.Form = &form.Form{Type: form.Fill}
	step := Step{Word: "submit", Fills: true}
	for _, k := range c.nextOf(f.request) {
		if _, hasForm := k.formAt(); k.Payload.Name() == root.Name && k.Type == stanza.Set && !hasForm && len(k.Fields) > 0 {
			step.Kind = k
			break
		}
	}
	for _, n := range root.Elements() {
		if n.Name.Space != root.Name.Space {
			continue
		}
		switch n.Name.Local {
		case "instructions":
			f.Form.Instructions = append(f.Form.Instructions, n.Text())
			continue
		case "registered", "remove", "item":
			continue
		}
		field := form.Field{Var: n.Name.Local, Type: form.TextSingle}
		if text := n.Text(); text != "" {
			field.Values = []string{text}
		}
		if known := step.Kind.field(n.Name.Local); known != nil {
			field.Required, field.Desc = known.Required, known.Help
			if known.Secret {
				field.Type = form.TextPrivate
			}
		}
		switch n.Name.Local {
		case "password":
			field.Type = form.TextPrivate
		case "key":
			field.Type = form.Hidden
		}
		f.Form.Fields = append(f.Form.Fields, field)
	}
	if len(f.Form.Fields) == 0 {
		return nil
	}
	f.Steps = []Step{step}
	return f
}

// field is the field that is a child element's text; nil for none.
func (k *Kind) field(element string) *Field {
	if k == nil {
		return nil
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.path.attr == "" && len(f.path.steps) == 1 && f.path.steps[0].Local == element {
			return f
		}
	}
	return nil
}

// Payload is the payload of the request that a step is, with the form filled in: one element, in one
// line. The values are only looked at by a step that Fills. The error is that of the form's Check.
func (f *Filling) Payload(step Step, v form.Values) (string, error) {
	root := payloadOf(f.reply)
	on := newTag(root.Name, "")
	if step.Kind != nil {
		step.Kind.frame(on, step.values)
	} else {
		on.carry(root, f.at)
	}
	switch {
	case f.legacy:
		if err := f.Form.Check(v); err != nil {
			return "", err
		}
		for i := range f.Form.Fields {
			field := &f.Form.Fields[i]
			values, given := v[field.Var]
			if !given || field.Type == form.Hidden {
				values = field.Values
			}
			if text := strings.Join(values, ""); text != "" {
				on.child([]stanza.Name{{Space: root.Name.Space, Local: field.Var}}).setText(text)
			}
		}
	case step.Fills && (len(f.Form.Fields) > 0 || step.Word == "submit"):
		x, err := f.Form.Submit(v)
		if err != nil {
			return "", err
		}
		at := on.child(f.at)
		at.content = append(at.content, x)
	case step.Kind != nil && step.Kind.cancels():
		at := on.child(f.at)
		at.content = append(at.content, form.Cancelled)
	}
	var b strings.Builder
	on.write(&b)
	if _, err := stanza.Parse(b.String(), stanza.ClientScope()); err != nil {
		return "", errors.New("what was filled in makes no XML: " + err.Error())
	}
	return b.String(), nil
}

// Type is the type of the request that a step is.
func (s Step) Type() stanza.Type {
	if s.Kind != nil {
		return s.Kind.Type
	}
	return stanza.Set
}

// frame writes a kind's payload but for its form.
func (k *Kind) frame(root *tag, v Values) {
	w := writer{kind: k}
	if !k.inForm() {
		w.verb(root)
	}
	v = withDefaults(k.Fields, v)
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Fixed == "" && !f.path.form && f.Type != Form && !empty(f, v) {
			w.put(root, f, Values{}, v)
		}
	}
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Fixed != "" && !f.path.form && f.Required {
			root.fix(f)
		}
	}
}

// Draft is the payload of a request to go on writing, with the values that are known: what is required
// and not known stands there empty. Nothing is checked. It is "" when the values make no XML.
func (k *Kind) Draft(v Values) string {
	all := maps.Clone(v)
	if all == nil {
		all = Values{}
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.asked() && len(all[f.Name]) == 0 && !slices.Contains([]Datatype{List, Form, XML, Flag}, f.Type) && f.Exclusive == "" {
			all[f.Name] = []string{""}
		}
	}
	root := newTag(k.Payload.Name(), "")
	w := writer{kind: k}
	w.verb(root)
	w.change(root, k.Fields, Values{}, withDefaults(k.Fields, all))
	var b strings.Builder
	root.write(&b)
	if _, err := stanza.Parse(b.String(), stanza.ClientScope()); err != nil {
		return ""
	}
	return b.String()
}

// carry takes over what says which thing an unknown payload is about, on the way to its form.
func (t *tag) carry(n *stanza.Node, at []stanza.Name) {
	for i := 0; n != nil; i++ {
		for _, a := range n.Attrs {
			if a.Name.Space == "" && slices.Contains([]string{"node", "sessionid", "jid", "subid", "id"}, a.Name.Local) {
				t.set(a.Name.Local, a.Value)
			}
		}
		if i == len(at) {
			return
		}
		t, n = t.child(at[i:i+1]), n.Child(at[i].Space, at[i].Local)
	}
}
