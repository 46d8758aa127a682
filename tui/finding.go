package tui

import (
	"errors"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/commandline"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/palette"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
)

// named are the actions that can be found by name on top of an overlay, or of the panes: all that
// work wherever one is, and those of the overlay itself.
func (t *table) named(below Overlay) []*action {
	var named []*action
	for i := range t.actions {
		a := &t.actions[i]
		here := below != nil && slices.ContainsFunc(a.at, func(p place) bool { return p.context == below.Context() })
		if !a.keysOnly && (a.do != nil || a.argument != nil || here) {
			named = append(named, a)
		}
	}
	return named
}

// listed are the actions of the palette: all that have a meaning somewhere, whether it is here or not.
// What only moves in a text or in a list is known without it.
func (t *table) listed() []*action {
	var listed []*action
	for i := range t.actions {
		a := &t.actions[i]
		if !a.keysOnly && !a.moves() {
			listed = append(listed, a)
		}
	}
	return listed
}

// moves says that an action only moves in what is shown or typed, or edits that.
func (a *action) moves() bool {
	return a.harmless && a.do == nil && a.argument == nil && !slices.ContainsFunc(a.at, func(p place) bool { return p.context == keys.Browse })
}

// keyAnywhere is the key to show for an action: the one that works in a context, or else its first
// one with where it works.
func (t *table) keyAnywhere(context keys.Context, name keys.Action) string {
	if key := t.keyFor(context, name); key != "" {
		return key
	}
	for _, b := range t.keys {
		if b.Action == name && len(b.Keys) > 0 {
			return keys.Label(b.Keys[0]) + " · " + b.Context.Name()
		}
	}
	return ""
}

// named does what was found by name.
func (m *Model) named(a *action) tea.Cmd {
	if a.do == nil && a.argument != nil {
		showCommandLine(m)
		m.overlays.top().(*commanding).line.Type(string(a.name) + " ")
		return nil
	}
	return m.run(a.name)
}

// finding is the palette, as an overlay.
type finding struct {
	*palette.Palette
	m     *Model
	below Overlay // what was topmost before; nil for the panes
	items []palette.Item
	lines []string
}

// showPalette opens the palette.
func showPalette(m *Model) tea.Cmd {
	m.overlays.push(&finding{Palette: palette.New(), m: m, below: m.overlays.top()})
	return nil
}

// Click selects what is drawn in a line of the box.
func (f *finding) Click(line int) bool { return f.Palette.Click(line - 1) }

func (f *finding) Context() keys.Context { return keys.Palette }

func (f *finding) Title() safetext.Text { return safetext.Const("Commands") }

func (f *finding) Can(keys.Action) string { return "" }

// Type takes typed and pasted characters alike.
func (f *finding) Type(text string, _ bool) error {
	f.Palette.Type(text)
	return nil
}

// Cells of the box that are no text, and how large it may become.
const (
	boxFrame    = 2
	widestBox   = 100
	highestBox  = 22
	shareOfBody = 4 // in fifths, what it may cover
)

// Prepare lays the palette out, with what can be done now.
func (f *finding) Prepare(look pane.Look) tea.Cmd {
	items := make([]palette.Item, 0, max(len(f.items), len(f.m.table.actions)))
	here := f.m.table.named(f.below)
	for _, a := range f.m.table.listed() {
		why := f.m.whyUnder(f.below, a)
		if !slices.Contains(here, a) {
			why = "only in " + a.at[0].context.Name()
		}
		items = append(items, palette.Item{
			Name: string(a.name), Title: a.help, Keys: f.m.table.keyAnywhere(contextOf(f.below, f.m.desk), a.name), Enabled: why == "", WhyNot: why,
		})
	}
	if !slices.Equal(items, f.items) {
		f.items = items
		f.SetItems(items)
	}
	f.lines = nil
	width, height := min(look.Width, widestBox), min(look.Height*shareOfBody/5, highestBox)
	if width <= 2*boxFrame || height <= boxFrame {
		return nil
	}
	f.SetSize(width-2*boxFrame, height-boxFrame)
	var lines []string
	for _, line := range f.Palette.View(look.Theme) {
		lines = append(lines, " "+line)
	}
	box := layout.Box{Title: f.Title(), Info: safetext.Const("enter does it · esc closes"), Focused: true}
	f.lines = box.Draw(width, height, lines, look.Theme)
	return nil
}

func (f *finding) View() []string { return f.lines }

// contextOf is where keys are looked up when an overlay is topmost, or none is.
func contextOf(top Overlay, d *desk) keys.Context {
	if top != nil {
		return top.Context()
	}
	return d.context()
}

// Do moves the selection, or does what is selected.
func (f *finding) Do(action keys.Action) (tea.Cmd, bool) {
	if action != prompt.Accept {
		return nil, f.Palette.Do(action)
	}
	item, ok := f.Selected()
	switch {
	case !ok:
	case !item.Enabled:
		f.m.notice.complain(errors.New(item.WhyNot))
	default:
		f.m.overlays.close(f)
		return f.m.named(f.m.table.rows[keys.Action(item.Name)]), true
	}
	return nil, true
}

// commanding is the line behind the colon, as an overlay.
type commanding struct {
	line  *commandline.Line
	m     *Model
	lines []string
}

// showCommandLine opens the line.
func showCommandLine(m *Model) tea.Cmd {
	var commands []commandline.Command
	for _, a := range m.table.named(m.overlays.top()) {
		c := commandline.Command{Name: string(a.name)}
		if a.argument != nil {
			c.Argument, c.Optional = a.argument.what, a.do != nil
			c.Complete = func(prefix string) []string { return a.argument.offers(m, prefix) }
		}
		commands = append(commands, c)
	}
	slices.SortFunc(commands, func(a, b commandline.Command) int { return strings.Compare(a.Name, b.Name) })
	m.overlays.push(&commanding{line: commandline.New(commands, &m.past.commands), m: m})
	return nil
}

// offers are the arguments that begin with a prefix.
func (a *argument) offers(m *Model, prefix string) []string {
	if a.complete == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a.complete(m)), func(s string) bool { return !strings.HasPrefix(s, prefix) })
}

func (c *commanding) Context() keys.Context { return keys.Command }

func (c *commanding) Title() safetext.Text { return safetext.Const("Command line") }

func (c *commanding) Can(keys.Action) string { return "" }

// Low puts it where a notice would stand.
func (c *commanding) Low() {}

// Type takes typed and pasted characters alike.
func (c *commanding) Type(text string, _ bool) error {
	c.line.Type(text)
	return nil
}

// Refuse says why what was done to the line was not.
func (c *commanding) Refuse(err error) { c.line.Refuse(err) }

// commandRows is how many lines the line takes with what it may become: always as many, so that the
// panes above keep their height.
const commandRows = 7

// Prepare lays the line out.
func (c *commanding) Prepare(look pane.Look) tea.Cmd {
	rows := min(commandRows, max(1, look.Height/3))
	lines := c.line.View(look.Theme, look.Width, rows)
	c.lines = append(make([]string, rows-len(lines)), lines...)
	return nil
}

func (c *commanding) View() []string { return c.lines }

// Do edits the line, or does what it says.
func (c *commanding) Do(action keys.Action) (tea.Cmd, bool) {
	switch action {
	case keys.Complete:
		c.line.Complete()
	case keys.CompleteBack:
		c.line.CompleteBack()
	case prompt.Older:
		c.line.Older()
	case prompt.Newer:
		c.line.Newer()
	case prompt.Accept:
		return c.accept(), true
	default:
		return nil, c.line.Do(action)
	}
	return nil, true
}

func (c *commanding) accept() tea.Cmd {
	name, text, err := c.line.Accept()
	if err != nil {
		return nil // the line says it
	}
	c.m.overlays.close(c)
	a := c.m.table.rows[keys.Action(name)]
	if text == "" {
		return c.m.run(a.name)
	}
	if why := c.m.why(a); why != "" {
		c.m.notice.complain(errors.New(why))
		return nil
	}
	cmd, err := a.argument.do(c.m, text)
	if err != nil {
		c.m.notice.complain(err)
	}
	return cmd
}
