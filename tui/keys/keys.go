// Package keys maps keys to named actions, depending on what has the focus.
//
// Models never look at raw keys: the root turns a key message into a name ([Name]), looks the name
// up in the context that has the focus ([Map.Lookup]), and hands on the [Action]. Help and footer
// are derived from the same map, so they cannot disagree with it.
//
// # Contexts
//
// A key is looked up in its context first and then in the contexts that one inherits:
//
//	Edit                             → Panes → Global          typing in the composer: letters, digits, Tab and Enter are text
//	Completing                       → Edit → Panes → Global   what can stand at the cursor is listed
//	KindForm                         → Panes → Global          the composer's form: letters and digits are text
//	Compose, Pending, Log, Inspect   → View → Panes → Global   a pane in which nothing is typed
//	Overlay                          → Global                  help and other things on top
//	Connection, Handlers, Browse     → Overlay → Global        the connection's screen, the registry's, the discovery browser
//	Copying                          → Overlay → Global        the copy menu
//	History                          → Overlay → Global        the list of the history
//	HistoryEntry                     → History → Overlay → Global   one of its entries, whole
//	Welcome                          → Panes → Global          the card for newcomers, which lets what is typed through
//	Themes                           → Overlay → Global        the choice of a theme
//	Prompt                           → Global                  one line that is asked for: letters are text
//	Palette, Command, Forms, Find    → Prompt → Global         what finds actions, the line behind the colon, a form that is filled in, a search in the draft
//	Filtering                        → Prompt → Global         a filter of the log that is typed
//	Picker                           → Palette → Prompt → Global   what finds request kinds
//
// Panes and Global hold only keys that are never text.
//
// # Leaving the editor
//
// In the composer, Tab completes or indents. A newcomer is never trapped there: Esc stops typing (the pane keeps
// the focus, in context Compose, where Tab and the digits switch panes, and Enter or i goes on
// typing), Shift+Tab goes to the previous pane at once, F6 to the next, and Alt+digit to any. The
// footer shows the way out.
package keys

import "slices"

// Context says what has the focus.
type Context string

// The contexts.
const (
	Global     Context = "global"
	Panes      Context = "panes"
	View       Context = "view"
	Edit       Context = "edit"
	Completing Context = "completing"
	KindForm   Context = "kind-form"
	Compose    Context = "compose"
	Pending    Context = "pending"
	Log        Context = "log"
	Inspect    Context = "inspect"
	Overlay    Context = "overlay"
	Connection Context = "connection"
	Handlers   Context = "handlers"
	Browse     Context = "browse"
	Copying    Context = "copying"
	History    Context = "history"
	// HistoryEntry is one entry of the history, whole.
	HistoryEntry Context = "history-entry"
	Welcome      Context = "welcome"
	Themes       Context = "themes"
	Prompt       Context = "prompt"
	Palette      Context = "palette"
	Picker       Context = "picker"
	Command      Context = "command"
	Forms        Context = "forms"
	Filtering    Context = "filtering"
	Find         Context = "find"
)

// chains are the contexts that can have the focus, each with what it inherits, nearest first.
var chains = map[Context][]Context{
	Edit:         {Edit, Panes, Global},
	Completing:   {Completing, Edit, Panes, Global},
	KindForm:     {KindForm, Panes, Global},
	Compose:      {Compose, View, Panes, Global},
	Pending:      {Pending, View, Panes, Global},
	Log:          {Log, View, Panes, Global},
	Inspect:      {Inspect, View, Panes, Global},
	Overlay:      {Overlay, Global},
	Connection:   {Connection, Overlay, Global},
	Handlers:     {Handlers, Overlay, Global},
	Browse:       {Browse, Overlay, Global},
	Copying:      {Copying, Overlay, Global},
	History:      {History, Overlay, Global},
	HistoryEntry: {HistoryEntry, History, Overlay, Global},
	Welcome:      {Welcome, Panes, Global},
	Themes:       {Themes, Overlay, Global},
	Prompt:       {Prompt, Global},
	Palette:      {Palette, Prompt, Global},
	Picker:       {Picker, Palette, Prompt, Global},
	Command:      {Command, Prompt, Global},
	Forms:        {Forms, Prompt, Global},
	Filtering:    {Filtering, Prompt, Global},
	Find:         {Find, Prompt, Global},
}

// chain returns a context and what it inherits, nearest first.
func (c Context) chain() []Context {
	if chain, ok := chains[c]; ok {
		return chain
	}
	switch c {
	case View:
		return []Context{View, Panes, Global}
	case Global:
		return []Context{Global}
	}
	return []Context{c, Global}
}

// Has says that what is bound in another context works in this one, as far as no nearer one takes its
// key: the other is this one, or is inherited.
func (c Context) Has(other Context) bool { return slices.Contains(c.chain(), other) }

// commands reports whether characters are commands in a context. In the others they are text, there
// or in a context that inherits from it.
func (c Context) commands() bool {
	for _, chain := range chains {
		if (slices.Contains(chain, Edit) || slices.Contains(chain, KindForm) || slices.Contains(chain, Prompt)) && slices.Contains(chain, c) {
			return false
		}
	}
	return true
}

// Typing reports whether characters are text in a context.
func (c Context) Typing() bool { return !c.commands() }

// called is how people call the contexts.
var called = map[Context]string{
	Global: "anywhere", Panes: "panes", View: "panes", Edit: "typing", Completing: "completing", KindForm: "form", Compose: "compose",
	Overlay: "windows", Prompt: "a line", Palette: "lists", Picker: "requests", Command: "command line", Forms: "a reply's form", Browse: "discovery", Copying: "copy menu", HistoryEntry: "history entry", Welcome: "the welcome card",
}

// Name is how people call a context: "log".
func (c Context) Name() string {
	if name, ok := called[c]; ok {
		return name
	}
	return string(c)
}

// Binding ties keys to an action in one context.
type Binding struct {
	Context Context
	Action  Action
	Keys    []string // names as [Name] gives them; the first is the one shown
	Help    string   // what it does, in a few words
	Footer  string   // a word for the footer; empty keeps it out
}

// Map is a set of bindings, in the order in which help and footer show them. It is data: a
// configuration may replace the keys of a binding. A Map is safe for concurrent use as long as
// nobody changes it.
type Map []Binding

// Lookup returns the action of a key in a context or in what that inherits.
func (m Map) Lookup(context Context, key string) (Action, bool) {
	for _, c := range context.chain() {
		for _, b := range m {
			if b.Context == c && slices.Contains(b.Keys, key) {
				return b.Action, true
			}
		}
	}
	return "", false
}

// reach returns those of a binding's keys that lead to it from a context, and are not taken by a
// nearer one.
func (m Map) reach(context Context, b Binding) []string {
	var keys []string
	for _, k := range b.Keys {
		if action, _ := m.Lookup(context, k); action == b.Action {
			keys = append(keys, k)
		}
	}
	return keys
}
