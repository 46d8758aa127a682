package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
)

// widest is how many cells a column is made as wide as; what is wider moves its own line only.
const widest = 48

// Table is rows of cells, for a person to read. What the cells say may come from anybody. A zero
// Table is empty.
type Table struct{ rows [][]safetext.Text }

// Row adds a row.
func (t *Table) Row(cells ...string) {
	row := make([]safetext.Text, len(cells))
	for i, cell := range cells {
		row[i] = safetext.CleanLine(cell)
	}
	t.rows = append(t.rows, row)
}

// Lines are the rows with their columns below each other.
func (t *Table) Lines() []string {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if w := cell.Width(); w <= widest {
				widths[i] = max(widths[i], w)
			}
		}
	}
	lines := make([]string, len(t.rows))
	for i, row := range t.rows {
		var b strings.Builder
		for j, cell := range row {
			if j > 0 {
				b.WriteString("  ")
			}
			b.WriteString(cell.String())
			b.WriteString(strings.Repeat(" ", max(0, widths[j]-cell.Width())))
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// Lines are the answer's fields by name, in their order. A list is a table; unless there is nothing
// but the list, its name stands before each row.
func (a *Answer) Lines() []string {
	var lines []string
	var plain Table
	for _, f := range a.fields {
		if f.Type == catalog.List {
			lines = append(lines, plain.Lines()...)
			plain = Table{}
			lines = append(lines, a.table(f, len(a.fields) > 1)...)
			continue
		}
		for _, key := range f.keys {
			for _, value := range a.values[key] {
				plain.Row(key, shown(f.Field, value), a.title(value))
			}
		}
	}
	return append(lines, plain.Lines()...)
}

// table is a list with a line of headings, without the columns that are empty everywhere.
func (a *Answer) table(f field, named bool) []string {
	used := map[string]bool{}
	for _, key := range f.keys {
		used[key[strings.Index(key, "].")+2:]] = true
	}
	columns := slices.DeleteFunc(slices.Clone(f.Columns), func(c catalog.Field) bool { return !used[c.Name] })
	var t Table
	row := func(name string, cell func(c *catalog.Field) string) {
		var cells []string
		if named {
			cells = append(cells, name)
		}
		for i := range columns {
			cells = append(cells, cell(&columns[i]))
		}
		t.Row(cells...)
	}
	row("", func(c *catalog.Field) string { return strings.ToUpper(c.Name) })
	f.rows(a.values, func(before string) {
		row(f.Name, func(c *catalog.Field) string {
			var values []string
			for _, value := range a.values[before+c.Name] {
				values = append(values, shown(c, value))
			}
			return strings.Join(values, ", ")
		})
	})
	return t.Lines()
}

// title is what the catalogue calls a feature; "" for what is none.
func (a *Answer) title(value string) string {
	p := a.catalog.PayloadAnnounced(value)
	if p == nil {
		return ""
	}
	return strings.TrimPrefix(p.Document+", "+p.Title, ", ")
}

// shown is a value for reading: of a picture, how large it is.
func shown(f *catalog.Field, value string) string {
	if f.Type == catalog.Base64 {
		return fmt.Sprintf("(%d characters of base64)", len(value))
	}
	return value
}

// most is how many characters a line has that says what an answer says.
const most = 200

// String is the answer in one line: values by name, and of what there is several times how often.
func (a *Answer) String() string {
	var parts []string
	for _, f := range a.fields {
		switch {
		case f.Type == catalog.List:
			n := 0
			f.rows(a.values, func(string) { n++ })
			parts = append(parts, fmt.Sprintf("%s: %d", f.Name, n))
		case len(f.keys) > 1, len(a.values[f.keys[0]]) > 1:
			n := 0
			for _, key := range f.keys {
				n += len(a.values[key])
			}
			parts = append(parts, fmt.Sprintf("%s: %d", f.Name, n))
		default:
			parts = append(parts, f.keys[0]+": "+shown(f.Field, a.values[f.keys[0]][0]))
		}
	}
	return safetext.CleanLine(strings.Join(parts, ", ")).Truncate(most).String()
}

// Ended says of an exchange how it ended, after what time ("-" where nobody knows), and what came
// back in words: a row of a table. The answer is nil for none that can be read.
func Ended(e exchange.Exchange, a *Answer) (outcome, took, back string) {
	outcome, took = string(e.Outcome), "-"
	if e.Reply != nil {
		took = fmt.Sprintf("%.3f ms", milliseconds(e.RTT))
	}
	switch failure := (*stanza.StanzaError)(nil); {
	case errors.As(e.Err, &failure):
		back = failure.String()
	case a != nil:
		back = a.String()
	case e.Outcome == stanza.OutcomeResult:
		back = "something else than what was asked for"
	case e.Err != nil && e.Outcome != stanza.OutcomeTimeout && e.Outcome != stanza.OutcomeCancelled:
		back = e.Err.Error()
	}
	return outcome, took, back
}
