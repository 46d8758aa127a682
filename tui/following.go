package tui

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/rsm"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/palette"
)

// Actions on a reply.
const (
	fillIn    keys.Action = "fill-in"   // the form in it; of a list of commands one is chosen
	whatNext  keys.Action = "what-next" // lists what can follow
	nextPage  keys.Action = "next-page" // of a result that comes in pages
	priorPage keys.Action = "previous-page"
)

// followingActions go on with what a reply says.
func followingActions() []action {
	at := func(key, inspect, footer string) []place {
		return []place{{keys.Pending, key, footer, ""}, {keys.Log, key, footer, ""}, {keys.Inspect, inspect, footer, ""}}
	}
	return []action{
		{
			name: fillIn, help: "fill in the form of the reply, or choose one of its commands", at: at("i", "enter i", "fill in"),
			do: func(m *Model) tea.Cmd { return readReply(m, false) }, can: canFillIn,
			urgent: func(*Model) bool { return true }, // where it can be done, it is what the reply is for
		},
		{name: whatNext, help: "what can follow on the reply", at: at("x", "x", "what next"), do: func(m *Model) tea.Cmd { return readReply(m, true) }, can: canFollow},
		{name: nextPage, help: "the next page of the result", at: at("]", "]", "next page"), do: func(m *Model) tea.Cmd { return findPage(m, rsm.Next) }, can: canTurn, urgent: func(*Model) bool { return true }},
		{name: priorPage, help: "the page before", at: at("[", "[", ""), do: func(m *Model) tea.Cmd { return findPage(m, rsm.Previous) }, can: canTurn},
	}
}

// replied is the request whose reply is selected; false when none is, or it is an error.
func (d *desk) replied() (session.Exchange, bool) {
	if d.subject == nil || d.subject.Request == nil {
		return session.Exchange{}, false
	}
	v := *d.subject.Request
	return v, v.Reply != nil && v.Reply.Type() == stanza.Result
}

const noReply = "no reply is selected"

func canFollow(m *Model) string {
	if _, ok := m.desk.replied(); !ok {
		return noReply
	}
	return ""
}

// declaresPages finds the namespace of pages declared. A list of features names it too, and has none.
var declaresPages = regexp.MustCompile(`xmlns(:[^\s=]+)?\s*=\s*['"]` + regexp.QuoteMeta(rsm.NS) + `['"]`)

func canTurn(m *Model) string {
	v, ok := m.desk.replied()
	switch {
	case !ok:
		return noReply
	case !declaresPages.MatchString(v.Reply.XML()):
		return "the reply does not come in pages"
	}
	return ""
}

// canFillIn looks no deeper than a footer can at every key.
func canFillIn(m *Model) string {
	v, ok := m.desk.replied()
	if !ok {
		return noReply
	}
	xml, fills := v.Reply.XML(), false
	switch v.Reply.Payload().Space {
	case catalog.NSCommands:
		fills = strings.Contains(xml, "executing")
	case "jabber:iq:register", "jabber:iq:search":
		fills = true
	default:
		fills = listsCommands(v) || strings.Contains(xml, form.NS) && (strings.Contains(xml, "type='form'") || strings.Contains(xml, `type="form"`))
	}
	if !fills {
		return "the reply has nothing to fill in"
	}
	return ""
}

// listsCommands says that a reply lists commands (XEP-0050 §3.1).
func listsCommands(v session.Exchange) bool {
	return v.Reply.Payload() == stanza.Name{Space: stanza.NSDiscoItems, Local: "query"} &&
		(strings.Contains(v.Stanza.XML(), catalog.NSCommands) || strings.Contains(v.Reply.XML(), catalog.NSCommands))
}

// ReplyRead is the event that a reply was read for what can follow on it.
type ReplyRead struct {
	of       session.Exchange
	filling  *catalog.Filling
	commands []catalog.Item
	links    []link
	kinds    []*catalog.Kind
	values   map[*catalog.Kind]string // payloads of requests of the kinds
	pages    bool
	menu     bool // all that can follow is wanted, and not only what is to be filled in
}

// link is an address in a reply that can be copied.
type link struct{ name, url string }

// readReply reads the selected reply.
func readReply(m *Model, menu bool) tea.Cmd {
	v, _ := m.desk.replied()
	return func() tea.Msg {
		c := m.kinds.get() // which may have to be read first
		r := ReplyRead{of: v, menu: menu, filling: c.Fill(v.Stanza, v.Reply)}
		if listsCommands(v) {
			r.commands = catalog.Items(v.Reply)
		}
		if menu {
			r.read(c)
		}
		return r
	}
}

func (r *ReplyRead) read(c *catalog.Catalog) {
	_, r.pages = rsm.Of(r.of.Reply)
	r.values = map[*catalog.Kind]string{}
	for _, k := range c.Next(r.of.Stanza) {
		if text := k.Draft(c.Follow(k, r.of.Stanza, r.of.Reply)); text != "" {
			r.kinds = append(r.kinds, k)
			r.values[k] = text
		}
	}
	if l := c.Label(r.of.Stanza, r.of.Reply); l != nil {
		for _, p := range l.Parts {
			if p.Field.Type == catalog.URI && len(p.Values) > 0 && !p.Field.Secret {
				r.links = append(r.links, link{p.Field.Name, p.Values[0]})
			}
		}
	}
}

// replyRead opens what was found in a reply.
func (m *Model) replyRead(r ReplyRead) {
	switch {
	case r.menu:
		m.showNext(r)
	case r.commands != nil:
		m.showCommands(r.of, r.commands)
	case r.filling != nil:
		m.showFilling(r.of, r.filling)
	default:
		m.notice.complain(errors.New("the reply has nothing to fill in"))
	}
}

// showNext lists what can follow on a reply.
func (m *Model) showNext(r ReplyRead) {
	var all []choice
	add := func(name, title, key string, do func() tea.Cmd) {
		all = append(all, choice{palette.Item{Name: name, Title: title, Keys: key, Enabled: true}, do})
	}
	if r.filling != nil {
		add("fill-in", "fill in the form", m.table.keyFor(keys.Pending, fillIn), func() tea.Cmd { m.showFilling(r.of, r.filling); return nil })
	}
	if r.commands != nil {
		add("commands", "choose a command", m.table.keyFor(keys.Pending, fillIn), func() tea.Cmd { m.showCommands(r.of, r.commands); return nil })
	}
	if r.pages {
		add("next-page", "the next page", m.table.keyFor(keys.Pending, nextPage), func() tea.Cmd { return findPageOf(m, r.of, rsm.Next) })
		add("previous-page", "the page before", m.table.keyFor(keys.Pending, priorPage), func() tea.Cmd { return findPageOf(m, r.of, rsm.Previous) })
	}
	for _, l := range r.links {
		add("copy-"+l.name, "copy "+l.url, "", func() tea.Cmd {
			return func() tea.Msg {
				where, err := m.copy.Copy(l.url)
				return Copied{l.name, where, err}
			}
		})
	}
	for _, k := range r.kinds {
		add(k.Key, k.Title, "", func() tea.Cmd { m.draftNext(r.of, k, r.values[k]); return nil })
	}
	if len(all) == 0 {
		m.notice.complain(errors.New("nothing is known that follows on this reply; e edits its request"))
		return
	}
	m.choose(safetext.Const("What next"), all)
}

// draftNext puts a request of a kind into the composer, to whom the one before was.
func (m *Model) draftNext(v session.Exchange, k *catalog.Kind, payload string) {
	iq, err := follow(v, k.Type, payload, m.newID())
	if err != nil {
		m.notice.complain(err)
		return
	}
	m.load(iq.Pretty(0))
}

// follow is a request to whom another one was, with another payload.
func follow(v session.Exchange, t stanza.Type, payload, id string) (*stanza.Stanza, error) {
	return iqbuilder.Change(v.Stanza, iqbuilder.WithType(t), iqbuilder.WithPayload(payload), iqbuilder.ID(id))
}

// showCommands has one of a list of commands chosen, and begins it.
func (m *Model) showCommands(v session.Exchange, items []catalog.Item) {
	k, err := m.kinds.get().Kind("command_execute")
	if err != nil || len(items) == 0 {
		m.notice.complain(errors.New("the list has no command that you may use"))
		return
	}
	var all []choice
	for i, item := range items {
		title := cmp.Or(item.Name, item.Node, item.JID)
		all = append(all, choice{palette.Item{Name: fmt.Sprintf("%d. %s", i+1, item.Node), Title: title, Enabled: true}, func() tea.Cmd {
			iq, err := follow(v, k.Type, k.Draft(catalog.Values{"node": {item.Node}}), m.newID())
			if err == nil && item.JID != "" {
				iq, err = iqbuilder.Change(iq, iqbuilder.To(item.JID))
			}
			if err != nil {
				m.notice.complain(err)
				return nil
			}
			f := &filling{m: m, title: safetext.CleanLine(title), from: v}
			m.overlays.open(f)
			return f.begin(iq, catalog.Step{Word: "execute", Kind: k})
		}})
	}
	m.choose(safetext.Const("Commands"), all)
}

// PageFound is the event that the request for another page was made.
type PageFound struct {
	of      session.Exchange
	request *stanza.Stanza
	err     error
}

// turner makes the request for another page.
type turner func(request, reply *stanza.Stanza, id string) (*stanza.Stanza, error)

func findPage(m *Model, turn turner) tea.Cmd {
	v, _ := m.desk.replied()
	return findPageOf(m, v, turn)
}

func findPageOf(m *Model, v session.Exchange, turn turner) tea.Cmd {
	id := m.newID()
	return func() tea.Msg {
		request, err := turn(v.Stanza, v.Reply, id)
		return PageFound{v, request, err}
	}
}

// pageFound sends it.
func (m *Model) pageFound(p PageFound) tea.Cmd {
	if p.err != nil {
		m.notice.complain(p.err)
		return nil
	}
	return m.outbox.send(outgoing{stanza: p.request, timeout: timeoutOf(p.of)})
}

// timeoutOf is how long a request waits that follows on another.
func timeoutOf(v session.Exchange) time.Duration {
	if v.Timeout == 0 {
		return compose.NoTimeout
	}
	return v.Timeout
}
