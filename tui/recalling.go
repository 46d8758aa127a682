package tui

import (
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/palette"
	"iqscope/tui/pane"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// FindDraft finds a draft that was sent before.
const FindDraft keys.Action = "find-draft"

func recallActions() []action {
	return []action{{
		name: FindDraft, help: "find a draft sent before, by letters of it", at: inDraft("ctrl+r", "ctrl+r"), do: showRecalling,
		can: func(m *Model) string {
			switch {
			case !m.desk.onDraft():
				return errNoDrafts.Error()
			case !m.desk.draft.HasDrafts():
				return "no draft has been sent yet"
			}
			return ""
		},
	}}
}

// pastDrafts is where drafts are found again that were sent before. The composer has those of this
// run of the program, and before them what it is given of the history.
type pastDrafts interface {
	// Drafts are the drafts, the one sent last first. It must not take long.
	Drafts() []string
	// TakeDraft puts one of them into the composer.
	TakeDraft(text string) error
}

var _ pastDrafts = (*compose.Pane)(nil)

// recalling finds a draft, as an overlay.
type recalling struct {
	*palette.Palette
	m      *Model
	past   pastDrafts
	drafts []string
	lines  []string
}

// longestTitle is how much of a draft is looked through, in bytes.
const longestTitle = 2 << 10

func showRecalling(m *Model) tea.Cmd {
	r := &recalling{Palette: palette.New(), m: m, past: m.desk.draft, drafts: m.desk.draft.Drafts()}
	var items []palette.Item
	for i, text := range r.drafts {
		title := strings.ToValidUTF8(text[:min(len(text), longestTitle)], "")
		items = append(items, palette.Item{Name: strconv.Itoa(i + 1), Title: strings.Join(strings.Fields(title), " "), Enabled: true})
	}
	r.SetItems(items)
	m.overlays.open(r)
	return nil
}

func (r *recalling) Context() keys.Context { return keys.Palette }

func (r *recalling) Title() safetext.Text { return safetext.Const("Drafts sent before") }

func (r *recalling) Can(keys.Action) string { return "" }

// Type takes typed and pasted characters alike.
func (r *recalling) Type(text string, _ bool) error {
	r.Palette.Type(text)
	return nil
}

// selected is the draft that would be taken; "" for none.
func (r *recalling) selected() string {
	item, _ := r.Selected()
	n, _ := strconv.Atoi(item.Name)
	if n == 0 {
		return ""
	}
	return r.drafts[n-1]
}

// Prepare lays out the list, and below it the draft that is selected.
func (r *recalling) Prepare(look pane.Look) tea.Cmd {
	r.lines = nil
	width, height := min(look.Width, widestPicker), min(look.Height, highestPicker)
	if width <= 2*boxFrame || height <= boxFrame {
		return nil
	}
	room := height - boxFrame
	below := min(room/2, len(r.drafts)+previewLines)
	rows := min(room-below, len(r.drafts)+1)
	r.SetSize(width-2*boxFrame, rows)
	var lines []string
	for _, line := range r.Palette.View(look.Theme) {
		lines = append(lines, " "+line)
	}
	text := r.selected()
	for len(lines) < rows {
		lines = append(lines, "")
	}
	preview := safetext.Clean(text[:min(len(text), longestTitle)]).Lines()
	for i, line := range preview[:min(len(preview), max(0, below-1))] {
		if i == 0 {
			lines = append(lines, "")
		}
		lines = append(lines, " "+look.Theme.Muted.Render(line.Truncate(width-2*boxFrame).String()))
	}
	info := safetext.CleanLine(words.Plural(len(r.drafts), "draft") + " · enter takes it · esc closes")
	box := layout.Box{Title: r.Title(), Info: info, Focused: true}
	r.lines = box.Draw(width, min(height, len(lines)+boxFrame), lines, look.Theme)
	return nil
}

// previewLines is how many lines of a draft are shown where there are few drafts.
const previewLines = 10

func (r *recalling) View() []string { return r.lines }

// Do moves the selection, or takes what is selected.
func (r *recalling) Do(action keys.Action) (tea.Cmd, bool) {
	if action != prompt.Accept {
		return nil, r.Palette.Do(action)
	}
	if text := r.selected(); text != "" {
		r.m.overlays.close(r)
		if err := r.past.TakeDraft(text); err != nil {
			r.m.notice.complain(err)
		}
		r.m.desk.edit()
	}
	return nil, true
}
