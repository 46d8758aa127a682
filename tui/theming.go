package tui

import (
	"errors"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/nearest"
	"iqscope/internal/safetext"
	"iqscope/themes"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
	"iqscope/tui/themepicker"
	"iqscope/tui/words"
)

// themeActions choose what everything looks like.
func themeActions() []action {
	return []action{{
		name: keys.Theme, help: "other colours", do: showThemes, window: true,
		at:       []place{{keys.Panes, "ctrl+t", "", "themes: see them and choose one"}, {keys.Overlay, "ctrl+t", "", "themes: see them and choose one"}},
		argument: &argument{what: "NAME", do: setTheme, complete: func(m *Model) []string { return m.themes.all.Names() }},
	}}
}

// wardrobe is the themes there are, and what becomes of the one that is chosen.
type wardrobe struct {
	all  *themes.Collection
	read func() ([]themes.Own, error) // reads one's own anew; nil for none
	keep func(name string) error      // for the next start; nil for nowhere
	// named says where a theme is named that goes before the one kept here; "" for nowhere.
	named string
	open  *themePicking // while one is chosen
}

// ThemesRead is the event that the user's own themes were read.
type ThemesRead struct {
	own []themes.Own
	err error
}

// ThemeKept is the event that a chosen theme was written down for the next start.
type ThemeKept struct {
	Name string
	Err  error
}

// wear changes the look of all that is drawn from now on.
func (m *Model) wear(theme themes.Theme) {
	m.theme = theme
	m.colours.SetTheme(theme)
}

// setTheme takes the theme of a name, and keeps it.
func setTheme(m *Model, name string) (tea.Cmd, error) {
	theme, ok := m.themes.all.Theme(name)
	if !ok {
		theme, ok = m.themes.all.Theme(strings.ToLower(name))
	}
	if !ok {
		return nil, fmt.Errorf("there is no theme %.60q%s", name, nearest.Suggestion(name, m.themes.all.Names(), "there are "))
	}
	m.wear(theme)
	if m.themes.open != nil {
		m.themes.open.before = theme
	}
	if own, _ := m.themes.all.Own(theme.Name); own.Err != nil {
		return nil, own.Err
	}
	return m.themes.keeping(theme.Name), nil
}

// keeping writes a choice down.
func (w *wardrobe) keeping(name string) tea.Cmd {
	keep := w.keep
	if keep == nil {
		return nil
	}
	return func() tea.Msg { return ThemeKept{name, keep(name)} }
}

// themeKept says what the next start will look like.
func (m *Model) themeKept(msg ThemeKept) {
	switch {
	case msg.Err != nil:
		m.notice.complain(msg.Err)
	case m.themes.named != "":
		m.notice.tell(fmt.Sprintf("the theme is %s until the end; the next start takes what %s says", msg.Name, m.themes.named))
	default:
		m.notice.tell(fmt.Sprintf("the theme is %s, at the next start too", msg.Name))
	}
}

// reading reads one's own themes.
func (w *wardrobe) reading() tea.Cmd {
	read := w.read
	if read == nil {
		return nil
	}
	return func() tea.Msg {
		own, err := read()
		return ThemesRead{own, err}
	}
}

// themesRead shows those that have come or changed.
func (m *Model) themesRead(msg ThemesRead) {
	if msg.err != nil {
		m.notice.complain(msg.err)
	}
	m.themes.all = m.themes.all.With(msg.own)
	if open := m.themes.open; open != nil {
		open.Set(m.themes.choices())
		open.try()
	}
}

// about says what built-in themes are for.
var about = map[string]string{
	themes.NameDark: "for dark backgrounds", themes.NameLight: "for light backgrounds",
	themes.NameContrast: "high contrast, for dark backgrounds", themes.NameContrastLight: "high contrast, for light backgrounds",
	themes.NameNeutral: "for any background", themes.NameANSI: "the terminal's own 16 colours",
	themes.NameMono: "no colours: bold, underlined, reverse", themes.NamePlain: "text alone",
}

func (w *wardrobe) choices() []themepicker.Choice {
	var all []themepicker.Choice
	for _, name := range w.all.Names() {
		c := themepicker.Choice{Name: name, About: about[name]}
		if own, ok := w.all.Own(name); ok {
			c.About, c.Remark = "your own", own.Weakness()
			if own.Base != "" {
				c.About += ", made of " + own.Base
			}
			if own.Err != nil {
				c.Remark, c.Wrong = own.Err.Error(), true
			}
		}
		all = append(all, c)
	}
	return all
}

// themePicking is the choice of a theme, as an overlay. Everything looks like the selected one while
// it is there.
type themePicking struct {
	*themepicker.Picker
	m      *Model
	before themes.Theme
}

// showThemes opens the choice of a theme, or leaves it.
func showThemes(m *Model) tea.Cmd {
	if open := m.themes.open; open != nil {
		m.overlays.close(open) // and then it is left
		return nil
	}
	open := &themePicking{themepicker.New(m.themes.choices(), m.theme.Name), m, m.theme}
	m.themes.open = open
	m.overlays.push(open)
	return m.themes.reading()
}

func (t *themePicking) Context() keys.Context { return keys.Themes }

func (t *themePicking) Title() safetext.Text { return safetext.Const("Themes") }

func (t *themePicking) Can(keys.Action) string { return "" }

func (t *themePicking) Prepare(look pane.Look) tea.Cmd {
	t.Picker.Prepare(look)
	return nil
}

// try shows everything in the selected theme.
func (t *themePicking) try() {
	if theme, ok := t.m.themes.all.Theme(t.Selected()); ok {
		t.m.wear(theme)
	}
}

// Do moves the selection, or keeps what is selected.
func (t *themePicking) Do(action keys.Action) (tea.Cmd, bool) {
	if action != prompt.Accept {
		if !t.Picker.Do(action) {
			return nil, false
		}
		t.try()
		return nil, true
	}
	if own, _ := t.m.themes.all.Own(t.Selected()); own.Err != nil {
		t.m.notice.complain(errors.New("this theme is not right: " + words.Sentence(own.Err.Error())))
		return nil, true
	}
	t.m.themes.open = nil
	t.m.overlays.close(t)
	return t.m.themes.keeping(t.m.theme.Name), true
}

// settleTheme goes back to what was, once the choice of a theme has been left, in whatever way.
func (m *Model) settleTheme() {
	if open := m.themes.open; open != nil && !m.overlays.has(open) {
		m.themes.open = nil
		m.wear(open.before)
	}
}
