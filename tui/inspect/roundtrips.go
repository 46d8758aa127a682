package inspect

import (
	"slices"

	"iqscope/internal/report"
	"iqscope/internal/safetext"
	"iqscope/tui/meter"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// Sizes of the pictures, in cells and lines.
const (
	widestSpark = 40
	widestBar   = 40
	mostBins    = 8
	fewestTrips = 2 // of which there is something to compare
)

// roundTrips draws how long requests to the same address took: one after the other, and how often
// how long.
func (t *timetable) roundTrips(to string) {
	if t.pane.roundTrips == nil {
		return
	}
	took := t.pane.roundTrips(to)
	if len(took) < fewestTrips {
		return
	}
	theme, width := t.pane.theme, t.pane.width-margin
	whom := words.Address(to)
	if whom.Empty() {
		whom = safetext.Const("your own account")
	}
	t.lines = append(t.lines, "", theme.Title.Render(safetext.Concat(safetext.CleanLine(words.Plural(len(took), "round trip")+" to "), whom).Truncate(width).String()))
	cells := max(1, min(widestSpark, width-labelCell))
	r := row.New(width)
	r.Add(safetext.CleanLine("last "+words.Count(min(cells, len(took)))), theme.Muted)
	r.Fill(labelCell)
	r.Add(meter.Spark(took, cells, theme.Glyphs), theme.Info)
	t.lines = append(t.lines, r.String())

	sorted := slices.Sorted(slices.Values(took))
	r = row.New(width)
	for _, p := range []int{50, 95, 99} {
		name := safetext.CleanLine("p" + words.Count(p) + " ")
		value := safetext.CleanLine(words.Duration(report.Percentile(sorted, p)))
		if r.Left() < name.Width()+value.Width() {
			break
		}
		r.Add(name, theme.Muted)
		r.Add(value, theme.Text)
		r.Space(columnGap)
	}
	t.lines = append(t.lines, r.String())

	bins := meter.Histogram(sorted, mostBins, max(1, min(widestBar, width-labelCell-columnGap-len("10,000"))), theme.Glyphs)
	for _, b := range bins {
		r := row.New(width)
		r.Right(b.Label, labelCell-columnGap, theme.Muted)
		r.Fill(labelCell)
		r.Add(b.Bar, theme.Info)
		if b.Count > 0 {
			r.Space(1)
			r.Add(safetext.CleanLine(words.Count(b.Count)), theme.Text)
		}
		t.lines = append(t.lines, r.String())
	}
}
