package themes

import "github.com/charmbracelet/lipgloss"

// roles are the styles of a theme by their names, which files use: they never change.
var roles = []struct {
	name string
	of   func(*Theme) *lipgloss.Style
}{
	{"text", func(t *Theme) *lipgloss.Style { return &t.Text }},
	{"muted", func(t *Theme) *lipgloss.Style { return &t.Muted }},
	{"title", func(t *Theme) *lipgloss.Style { return &t.Title }},
	{"dim", func(t *Theme) *lipgloss.Style { return &t.Dim }},
	{"border", func(t *Theme) *lipgloss.Style { return &t.Border }},
	{"border-focused", func(t *Theme) *lipgloss.Style { return &t.BorderFocused }},
	{"selected", func(t *Theme) *lipgloss.Style { return &t.Selected }},
	{"selected-idle", func(t *Theme) *lipgloss.Style { return &t.SelectedIdle }},
	{"cursor", func(t *Theme) *lipgloss.Style { return &t.Cursor }},
	{"selection", func(t *Theme) *lipgloss.Style { return &t.Selection }},
	{"match", func(t *Theme) *lipgloss.Style { return &t.Match }},
	{"error", func(t *Theme) *lipgloss.Style { return &t.Error }},
	{"warning", func(t *Theme) *lipgloss.Style { return &t.Warning }},
	{"success", func(t *Theme) *lipgloss.Style { return &t.Success }},
	{"info", func(t *Theme) *lipgloss.Style { return &t.Info }},
	{"in", func(t *Theme) *lipgloss.Style { return &t.In }},
	{"out", func(t *Theme) *lipgloss.Style { return &t.Out }},
	{"get", func(t *Theme) *lipgloss.Style { return &t.Get }},
	{"set", func(t *Theme) *lipgloss.Style { return &t.Set }},
	{"payload", func(t *Theme) *lipgloss.Style { return &t.Payload }},
	{"countdown", func(t *Theme) *lipgloss.Style { return &t.Countdown }},
	{"countdown-urgent", func(t *Theme) *lipgloss.Style { return &t.CountdownUrgent }},
	{"tab", func(t *Theme) *lipgloss.Style { return &t.Tab }},
	{"tab-active", func(t *Theme) *lipgloss.Style { return &t.TabActive }},
	{"status", func(t *Theme) *lipgloss.Style { return &t.Status }},
	{"key", func(t *Theme) *lipgloss.Style { return &t.Key }},
	{"hint", func(t *Theme) *lipgloss.Style { return &t.Hint }},
}
