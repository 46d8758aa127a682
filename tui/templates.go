package tui

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/config"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/picker"
	"iqscope/tui/prompt"
)

// The actions of one's own templates.
const (
	SaveDraft      keys.Action = "save-draft" // asks for the name of a template
	SaveTemplate   keys.Action = "template"
	RemoveTemplate keys.Action = "remove-template"
)

func templateActions() []action {
	canSave := func(m *Model) string {
		switch {
		case m.shelf == nil:
			return "there is no folder for templates: HOME is not set"
		case strings.TrimSpace(m.desk.draft.Text()) == "":
			return "the draft is empty"
		}
		return ""
	}
	return []action{
		{name: SaveDraft, help: "save the draft; asks for a name", do: askTemplateName, can: canSave},
		{
			name: SaveTemplate, help: "save the draft as a template, under a name", can: canSave,
			argument: &argument{what: "NAME", do: saveTemplate, complete: func(m *Model) []string { return m.templates.names() }},
		},
		{name: RemoveTemplate, help: "delete your template; asks once", at: []place{{keys.Picker, "alt+d", "delete template", ""}}},
	}
}

// shelf is where templates are kept.
type shelf interface {
	Load() ([]config.Template, []error)
	Save(t config.Template, over bool) error
	Remove(name string) error
}

// folder keeps templates in a folder.
type folder string

func (f folder) Load() ([]config.Template, []error) { return config.LoadTemplates(string(f)) }
func (f folder) Save(t config.Template, over bool) error {
	return config.SaveTemplate(string(f), t, over)
}
func (f folder) Remove(name string) error { return config.RemoveTemplate(string(f), name) }

// templates are those that are known, in the order of their names.
type templates struct {
	all     []config.Template
	version int    // changes with them
	over    string // the one that is replaced if it is saved once more
}

// TemplatesListed is the event that the templates were read, and what is wrong with some.
type TemplatesListed struct {
	Templates []config.Template
	Problems  []error
}

// TemplateChanged is the event that a template was saved or deleted, or why not.
type TemplateChanged struct {
	Name    string
	Removed bool
	Err     error
}

// list reads the templates: somebody may have changed them.
func (t *templates) list(m *Model) tea.Cmd {
	shelf := m.shelf
	if shelf == nil {
		return nil
	}
	return func() tea.Msg {
		all, problems := shelf.Load()
		return TemplatesListed{all, problems}
	}
}

func (t *templates) take(m *Model, msg TemplatesListed) {
	t.all = msg.Templates
	t.version++
	if n := len(msg.Problems); n > 0 {
		text := msg.Problems[0].Error()
		if n > 1 {
			text += fmt.Sprintf(" (and %d more)", n-1)
		}
		m.notice.complain(errors.New("a template is left out: " + text))
	}
}

func (t *templates) names() []string {
	var all []string
	for _, one := range t.all {
		all = append(all, one.Name)
	}
	return all
}

func (t *templates) choices() []picker.Template {
	var all []picker.Template
	for _, one := range t.all {
		all = append(all, picker.Template{Name: one.Name, Text: one.Text})
	}
	return all
}

// askTemplateName asks under which name the draft is saved.
func askTemplateName(m *Model) tea.Cmd {
	p := prompt.New(safetext.Const("Save the draft as: "), safetext.CleanLine("a name; "+m.table.keyFor(keys.Panes, keys.PickRequest)+" finds it. Places such as {{who}} are asked for when it is used"), "")
	p.SetPast(m.templates.names())
	m.ask(p, func(name string) (tea.Cmd, error) {
		if name == "" {
			return nil, errors.New("a template has a name")
		}
		return saveTemplate(m, name)
	})
	return nil
}

// saveTemplate saves the draft. It asks once before it replaces a template.
func saveTemplate(m *Model, name string) (tea.Cmd, error) {
	name = strings.TrimSpace(name)
	d := m.desk.draft
	d.Check()
	t := config.Template{Name: name, Text: d.Text(), FreshID: d.MadeID()}
	over := m.templates.over == name
	m.templates.over = ""
	shelf := m.shelf
	return func() tea.Msg { return TemplateChanged{Name: name, Err: shelf.Save(t, over)} }, nil
}

// removeTemplate deletes a template; it asks once.
func (m *Model) removeTemplate(name string) tea.Cmd {
	this := confirmation{RemoveTemplate, name}
	if m.confirm != this {
		m.confirm = this
		m.notice.warn("? " + m.table.keyFor(keys.Picker, RemoveTemplate) + " again deletes the template " + name + "; any other key keeps it.")
		return nil
	}
	m.confirm = confirmation{}
	shelf := m.shelf
	return func() tea.Msg { return TemplateChanged{Name: name, Removed: true, Err: shelf.Remove(name)} }
}

// templateChanged says what was done, and reads the templates anew.
func (m *Model) templateChanged(msg TemplateChanged) tea.Cmd {
	switch {
	case errors.Is(msg.Err, config.ErrTemplateExists):
		m.templates.over = msg.Name
		m.notice.warn("? There is a template " + msg.Name + " already. :" + string(SaveTemplate) + " " + msg.Name + " once more replaces it.")
		return nil
	case msg.Err != nil:
		m.notice.complain(msg.Err)
		return nil
	case msg.Removed:
		m.notice.tell("deleted the template " + msg.Name)
	default:
		m.notice.tell("saved as the template " + msg.Name + ", on top of what " + m.table.keyFor(keys.Panes, keys.PickRequest) + " finds")
	}
	return m.templates.list(m)
}

// hole is a place in a template that is filled in when it is used.
var hole = regexp.MustCompile(`\{\{\s*([\pL\pN_.#:-]+)\s*\}\}`)

// holes are the names of the places in a text, each once.
func holes(text string) []string {
	var all []string
	for _, found := range hole.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(all, found[1]) {
			all = append(all, found[1])
		}
	}
	return all
}

// filled is the text with the values in their places.
func filled(text string, values map[string]string) string {
	return hole.ReplaceAllStringFunc(text, func(place string) string {
		return stanza.Escape(values[hole.FindStringSubmatch(place)[1]])
	})
}

// useTemplate asks for what is to be filled in, one place after the other, and puts the text into
// the composer.
func (m *Model) useTemplate(name string) {
	i := slices.IndexFunc(m.templates.all, func(t config.Template) bool { return t.Name == name })
	if i < 0 {
		m.notice.complain(fmt.Errorf("there is no template %s any more", name))
		return
	}
	t := m.templates.all[i]
	m.fillIn(t, holes(t.Text), map[string]string{})
}

// fillIn asks for the first of the places that are left.
func (m *Model) fillIn(t config.Template, left []string, values map[string]string) {
	if len(left) == 0 {
		if m.load(filled(t.Text, values)) && t.FreshID {
			m.desk.draft.Do(compose.FreshID)
		}
		return
	}
	name := left[0]
	p := prompt.New(safetext.CleanLine(t.Name+": "+name+" = "), safetext.CleanLine("what is to stand for {{"+name+"}}; esc leaves the draft as it was"), "")
	p.SetPast(m.remembered.past(name))
	m.ask(p, func(answer string) (tea.Cmd, error) {
		m.remembered.used(name, answer)
		values[name] = answer
		m.fillIn(t, left[1:], values)
		return nil, nil
	})
}
