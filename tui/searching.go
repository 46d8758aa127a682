package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/compose"
	"iqscope/tui/field"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// The actions of the search in the draft.
const (
	SearchDraft keys.Action = "search-draft"
	FindNext    keys.Action = "find-next"
	FindPrev    keys.Action = "find-previous"
	FindStay    keys.Action = "find-stay" // ends the search at what is found
)

func searchDraftActions() []action {
	in := func(name keys.Action, help, bound, footer string) action {
		return action{name: name, help: help, at: []place{{keys.Find, bound, footer, ""}}, harmless: true}
	}
	return []action{
		{
			name: SearchDraft, help: "search in the draft", at: []place{{keys.Edit, "ctrl+f", "", ""}, {keys.Compose, "ctrl+f", "", ""}}, do: searchDraft,
			can: func(m *Model) string {
				switch {
				case !m.desk.onDraft():
					return errNoDrafts.Error()
				case m.desk.draft.Forming():
					return "the draft is shown as a form; " + m.table.keyFor(keys.KindForm, keys.ToggleForm) + " shows its text"
				}
				return ""
			},
		},
		in(FindNext, "the next one", "enter down ctrl+n", "next"),
		in(FindPrev, "the one before", "up ctrl+p", "before"),
		in(FindStay, "edit here", "ctrl+f tab alt+enter", "edit here"),
	}
}

// searching is the line in which a search in the draft is typed, as an overlay.
type searching struct {
	m     *Model
	draft *compose.Pane
	query *field.Field
	lines []string
}

// searchDraft begins with what is selected, if that is within a line.
func searchDraft(m *Model) tea.Cmd {
	s := &searching{m: m, draft: m.desk.draft.Pane, query: field.New(m.desk.draft.Selected())}
	m.desk.edit()
	s.draft.Find(s.query.Text())
	m.overlays.push(s)
	return nil
}

func (s *searching) Context() keys.Context { return keys.Find }

func (s *searching) Title() safetext.Text { return safetext.Const("search in the draft") }

func (s *searching) Can(keys.Action) string { return "" }

// Low puts it where a notice would stand.
func (s *searching) Low() {}

// Type takes typed and pasted characters alike.
func (s *searching) Type(text string, _ bool) error {
	s.query.Type(text)
	s.draft.Find(s.query.Text())
	return nil
}

func (s *searching) Do(action keys.Action) (tea.Cmd, bool) {
	switch action {
	case FindNext:
		s.draft.FindNext(1)
	case FindPrev:
		s.draft.FindNext(-1)
	case FindStay, keys.Close:
		s.draft.EndFind(action == FindStay)
		s.m.overlays.close(s)
	default:
		before := s.query.Text()
		done := s.query.Do(action)
		if s.query.Text() != before {
			s.draft.Find(s.query.Text())
		}
		return nil, done
	}
	return nil, true
}

// Prepare lays the line out.
func (s *searching) Prepare(look pane.Look) tea.Cmd {
	s.lines = nil
	if look.Width < 3 || look.Height < 1 {
		return nil
	}
	said, style := safetext.Text{}, look.Theme.Muted
	switch at, of := s.draft.Hits(); {
	case of > 0:
		said = safetext.CleanLine(words.Count(at) + " of " + words.Count(of))
	case s.query.Text() != "":
		said, style = safetext.Const("not found"), look.Theme.Error
	}
	r := row.New(look.Width)
	r.Space(1)
	r.Add(safetext.Const("Find: "), look.Theme.Title)
	s.query.Draw(r, look.Theme, max(1, look.Width-r.Width()-said.Width()-2))
	r.Fill(look.Width - said.Width() - 1)
	r.Add(said, style)
	s.lines = []string{r.String()}
	return nil
}

func (s *searching) View() []string { return s.lines }
