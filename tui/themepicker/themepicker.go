// Package themepicker lists themes to choose one from. Its owner shows the selected one at once, so
// that it is seen before it is taken: the list, with a sample of everything that has a colour, is
// drawn in the theme that it is laid out with.
//
//	p := themepicker.New(choices, "dark")
//	p.Do(keys.Down)
//	name := p.Selected()
//
// A Picker belongs to the update loop.
package themepicker

import (
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/list"
	"iqscope/tui/pane"
	"iqscope/tui/row"
)

// Choice is a theme that can be chosen.
type Choice struct {
	Name, About string
	// Remark is what there is to know before it is taken; Wrong says that it is a mistake in the
	// theme.
	Remark string
	Wrong  bool
}

// Picker is a list of themes. Make one with [New].
type Picker struct {
	rows  list.Slice[Choice, string]
	list  *list.List[string]
	names int // cells of the longest name
	lines []string
}

// New returns a list, with a theme selected if it is among them.
func New(choices []Choice, selected string) *Picker {
	p := &Picker{}
	p.rows.ID = func(c Choice) string { return c.Name }
	p.list = list.NewStill[string](&p.rows)
	p.Set(choices)
	p.list.Select(selected)
	return p
}

// Set gives other themes. The selected one stays selected if it is among them.
func (p *Picker) Set(choices []Choice) {
	p.rows.Rows, p.names = choices, 0
	for _, c := range choices {
		p.names = max(p.names, min(safetext.CleanLine(c.Name).Width(), mostName))
	}
	p.list.Sync()
}

// Selected is the name of the selected theme; "" if there are none.
func (p *Picker) Selected() string {
	name, _ := p.list.Selected()
	return name
}

// Do moves the selection, and reports whether the action does that.
func (p *Picker) Do(action keys.Action) bool { return p.list.Do(action) }

// Cells and rows of the box.
const (
	frame     = 2 // border above and below, and at the sides
	margin    = 1 // between the border and the text
	marker    = 2
	gap       = 2
	mostName  = 24
	widest    = 72
	sample    = 4 // lines of the sample, with the one that parts it from the list
	remark    = 3 // lines of it at most
	leastRows = 3 // of the list, before there is room for anything else
)

// Prepare lays the list out for the room that it may cover.
func (p *Picker) Prepare(look pane.Look) {
	p.lines = nil
	width := min(look.Width, widest)
	inside, height := width-frame-2*margin, look.Height-frame
	if inside <= marker || height < 1 {
		return
	}
	rest := height - leastRows
	var below []string
	if rest >= sample {
		below = p.sample(look.Theme, inside)
		rest -= sample
	}
	remarks := slices.ContainsFunc(p.rows.Rows, func(c Choice) bool { return c.Remark != "" })
	if said := p.remark(look.Theme, inside); remarks && rest >= remark { // room for any, so that nothing jumps
		below = append(below, slices.Concat(said, make([]string, remark-len(said)))...)
	}
	p.list.SetHeight(min(len(p.rows.Rows), height-len(below)))
	top, rows := p.list.Window()
	selected, _ := p.list.Place()
	var lines []string
	for i, c := range p.rows.Rows[top : top+rows] {
		lines = append(lines, " "+p.row(c, top+i == selected, inside, look.Theme))
	}
	for _, line := range below {
		lines = append(lines, " "+line)
	}
	box := layout.Box{Title: safetext.Const("Themes"), Info: safetext.Const("enter keeps · esc goes back"), Focused: true}
	p.lines = box.Draw(width, len(lines)+frame, lines, look.Theme)
}

// View is the list as it was laid out.
func (p *Picker) View() []string { return p.lines }

func (p *Picker) row(c Choice, selected bool, width int, theme themes.Theme) string {
	r, mark := row.New(width), theme.NoMarker
	if selected {
		r, mark = row.Over(width, theme.Selected), theme.Marker
	}
	r.Column(safetext.CleanLine(mark), marker, theme.Text)
	r.Column(safetext.CleanLine(c.Name), p.names, theme.Text)
	r.Space(gap)
	switch {
	case c.Wrong:
		r.Add(safetext.Const("✗ "), theme.Error)
	case c.Remark != "":
		r.Add(safetext.Const("! "), theme.Warning)
	}
	r.Add(safetext.CleanLine(c.About), theme.Muted)
	return r.String()
}

// sample shows what has a colour: kinds, outcomes, peers, a selected row.
func (p *Picker) sample(theme themes.Theme, width int) []string {
	type piece struct {
		text  string
		style lipgloss.Style
	}
	line := func(r *row.Row, pieces ...piece) string {
		for i, one := range pieces {
			if i > 0 {
				r.Space(1)
			}
			r.Add(safetext.CleanLine(one.text), one.style)
		}
		return r.String()
	}
	peers := []piece{{"→", theme.Out}, {"←", theme.In}}
	for _, name := range []string{"juliet", "romeo", "nurse", "mercutio", "benvolio", "tybalt"} {
		peers = append(peers, piece{name, theme.Peer(name)})
	}
	return []string{
		theme.Border.Render(strings.Repeat("─", width)),
		line(row.New(width), piece{"get", theme.Get}, piece{"set", theme.Set}, piece{"✓ result", theme.Success}, piece{"✗ error", theme.Error},
			piece{"! late", theme.Warning}, piece{"4.2 s", theme.Countdown}, piece{"0.8 s", theme.CountdownUrgent}, piece{"12:01:02", theme.Muted}),
		line(row.New(width), peers...),
		line(row.Over(width, theme.SelectedIdle), piece{theme.Marker + "query", theme.Payload}, piece{"found", theme.Match}, piece{"✗ error", theme.Error},
			piece{"12:01:02", theme.Muted}, piece{"juliet", theme.Peer("juliet")}),
	}
}

// remark says what there is to know of the selected theme, in as many lines as there are.
func (p *Picker) remark(theme themes.Theme, width int) []string {
	place, ok := p.list.Place()
	if !ok || p.rows.Rows[place].Remark == "" {
		return nil
	}
	c := p.rows.Rows[place]
	mark, style := "! ", theme.Warning
	if c.Wrong {
		mark, style = "✗ ", theme.Error
	}
	var lines []string
	for _, text := range safetext.CleanLine(mark + c.Remark).Truncate(remark * width).Wrap(width) {
		if len(lines) < remark {
			lines = append(lines, style.Render(text.String()))
		}
	}
	return lines
}
