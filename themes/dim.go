package themes

import "github.com/charmbracelet/x/ansi"

// Dimmed returns a line that was drawn as it looks below a window: in the style Dim alone, with the
// same cells.
func (t Theme) Dimmed(line string) string {
	if line == "" || t.Name == NamePlain {
		return line
	}
	return t.Dim.Render(ansi.Strip(line))
}
