package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/palette"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
)

// choice is one of several things that can be done.
type choice struct {
	palette.Item
	do func() tea.Cmd
}

// choosing has one of several things chosen, by a few letters or by going there, as an overlay.
type choosing struct {
	*palette.Palette
	m       *Model
	title   safetext.Text
	choices map[string]choice
	lines   []string
}

// choose opens it in place of another screen.
func (m *Model) choose(title safetext.Text, choices []choice) {
	c := &choosing{Palette: palette.New(), m: m, title: title, choices: map[string]choice{}}
	var items []palette.Item
	for _, one := range choices {
		items = append(items, one.Item)
		c.choices[one.Name] = one
	}
	c.SetItems(items)
	m.overlays.open(c)
}

// Click selects what is drawn in a line of the box.
func (c *choosing) Click(line int) bool { return c.Palette.Click(line - 1) }

func (c *choosing) Context() keys.Context { return keys.Palette }

func (c *choosing) Title() safetext.Text { return c.title }

func (c *choosing) Can(keys.Action) string { return "" }

// Type takes typed and pasted characters alike.
func (c *choosing) Type(text string, _ bool) error {
	c.Palette.Type(text)
	return nil
}

func (c *choosing) Prepare(look pane.Look) tea.Cmd {
	c.lines = nil
	width, height := min(look.Width, widestBox), min(look.Height*shareOfBody/5, highestBox, len(c.choices)+1+boxFrame)
	if width <= 2*boxFrame || height <= boxFrame {
		return nil
	}
	c.SetSize(width-2*boxFrame, height-boxFrame)
	var lines []string
	for _, line := range c.Palette.View(look.Theme) {
		lines = append(lines, " "+line)
	}
	box := layout.Box{Title: c.title, Info: safetext.Const("enter does it · esc closes"), Focused: true}
	c.lines = box.Draw(width, height, lines, look.Theme)
	return nil
}

func (c *choosing) View() []string { return c.lines }

// Do moves the selection, or does what is selected.
func (c *choosing) Do(action keys.Action) (tea.Cmd, bool) {
	if action != prompt.Accept {
		return nil, c.Palette.Do(action)
	}
	item, ok := c.Selected()
	if !ok {
		return nil, true
	}
	c.m.overlays.close(c)
	return c.choices[item.Name].do(), true
}
