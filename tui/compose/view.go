package compose

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// least is the height from which on there is room for more than the text.
const least = 3

// Title is the title of the pane.
func (p *Pane) Title() safetext.Text { return safetext.Const("Compose") }

// Info says whether the keys go into the text, or into the form.
func (p *Pane) Info() safetext.Text {
	if !p.Forming() {
		return p.look.Typing()
	}
	return safetext.CleanLine("form of " + p.forming.form.Kind().Key)
}

// View is the composer as it was laid out.
func (p *Pane) View() []string { return p.lines }

// Prepare lays the composer out.
func (p *Pane) Prepare(look pane.Look) tea.Cmd {
	p.look, p.theme, p.lines = look, look.Theme, nil
	if look.Width > 0 && look.Height > 0 {
		p.lines = p.laidOut(look)
	}
	return nil
}

func (p *Pane) laidOut(look pane.Look) []string {
	p.readText()
	st, _ := p.Check()
	var lines, bottom []string
	if look.Height >= least {
		lines, bottom = []string{p.headline(st, look)}, p.verdict(look)
	}
	room := look.Height - len(lines) - len(bottom)
	if p.Forming() {
		look.Height = room
		return append(append(lines, p.forming.form.Draw(look)...), bottom...)
	}
	p.editor.SetSize(look.Width, room)
	view := editor.View{Theme: p.theme, Focused: look.Editing, LineNumbers: true, Spans: p.spans(), Lights: p.lights(look.Editing)}
	lines = append(lines, p.withCandidates(p.editor.View(view), view, look.Width, room)...)
	for len(lines) < look.Height-len(bottom) {
		lines = append(lines, "")
	}
	return append(lines, bottom...)
}

// spans colours the text if it is not too long for that.
func (p *Pane) spans() func(int) []themes.Span {
	if p.editor.Len() > highlight.MaxSpanBytes {
		return nil
	}
	spans := p.colours.Spans(p.editor.Text())
	if spans == nil {
		return nil
	}
	return func(line int) []themes.Span {
		if line < len(spans) {
			return spans[line]
		}
		return nil
	}
}

// headline says what the draft is and how long it would wait.
func (p *Pane) headline(st *stanza.Stanza, look pane.Look) string {
	right := row.New(look.Width)
	if st == nil || st.IsRequest() {
		right.Add(safetext.CleanLine(p.timeoutText()), p.theme.Countdown)
		right.Space(1)
	}
	left := row.New(look.Width - right.Width() - 1)
	p.says(left, st)
	r := row.New(look.Width)
	r.Append(left)
	r.Fill(look.Width - right.Width())
	r.Append(right)
	return r.String()
}

// says adds what the draft asks of whom.
func (p *Pane) says(r *row.Row, st *stanza.Stanza) {
	t := p.theme
	r.Space(1)
	switch {
	case st == nil:
		r.Add(safetext.Const("not a stanza yet"), t.Muted)
	default:
		r.Add(words.Kind(st), t.Title)
		r.Space(1)
		r.Add(words.Payload(st), t.Text)
		if st.To() != "" {
			r.Add(safetext.Const(" → "), t.Muted)
			r.Add(words.Address(st.To()), t.Text)
		}
	}
}

func (p *Pane) timeoutText() string {
	switch d := p.Timeout(); d {
	case SessionTimeout:
		return "timeout " + words.Setting(p.source.Timeout())
	case NoTimeout:
		return "no timeout"
	default:
		return "timeout " + words.Setting(d)
	}
}

// verdict is the findings, or the good news.
func (p *Pane) verdict(look pane.Look) []string {
	st, findings := p.Check()
	var lines []string
	if st != nil && !hasFatal(findings) {
		lines = append(lines, p.goodNews(st, look.Width))
	}
	spare := look.Height - 1 - p.editor.Lines()
	most := max(1, min(6, max(look.Height/3, spare)))
	if p.Forming() {
		most = min(most, 2) // the form says most of it already
	}
	for i, f := range findings {
		finding := p.finding(f, look)
		if len(lines)+len(finding) > most && len(lines) > 0 {
			return append(lines, p.theme.Muted.Render(safetext.CleanLine(" … "+words.Plural(len(findings)-i, "more finding")).Truncate(look.Width).String()))
		}
		lines = append(lines, finding...)
	}
	return lines
}

func hasFatal(findings []iqbuilder.Finding) bool {
	for _, f := range findings {
		if isFatal(f) {
			return true
		}
	}
	return false
}

func (p *Pane) goodNews(st *stanza.Stanza, width int) string {
	r := row.New(width)
	r.Space(1)
	r.Add(safetext.Const("✓ well-formed"), p.theme.Success)
	if !isIQ(st) {
		r.Add(safetext.Const(" · expects no answer"), p.theme.Muted)
		return r.String()
	}
	if st.IsRequest() || st.IsReply() {
		switch n := st.Payloads(); n {
		case 0:
			r.Add(safetext.Const(" · no payload"), p.theme.Muted)
		case 1:
			r.Add(safetext.Const(" · one payload"), p.theme.Muted)
		default:
			r.Add(safetext.CleanLine(" · "+words.Count(n)+" payloads"), p.theme.Muted)
		}
	}
	if space := st.Payload().Space; space != "" {
		r.Add(safetext.CleanLine(" · "+space), p.theme.Muted)
	}
	return r.String()
}

// mostFindingLines is how many lines one finding may take.
const mostFindingLines = 3

// finding writes a finding in as many lines as it needs, but no more than three. The last of them
// is the fix, if the key would make it now.
func (p *Pane) finding(f iqbuilder.Finding, look pane.Look) []string {
	mark, style := p.severity(f.Severity)
	lead := safetext.Concat(safetext.Const(" "), mark, safetext.CleanLine(" "+strconv.Itoa(f.Line)+":"+strconv.Itoa(f.Column)+" "))
	indent := lead.Width()
	var lines []string
	for i, t := range p.findingText(f, max(1, look.Width-indent), look.KeyOf(keys.ApplyFix)) {
		r := row.New(look.Width)
		if i == 0 {
			r.Add(lead, style)
		}
		r.Fill(indent)
		r.Add(t, p.theme.Text)
		lines = append(lines, r.String())
	}
	return lines
}

func (p *Pane) findingText(f iqbuilder.Finding, width int, fixKey string) []safetext.Text {
	text, fix := f.Text, ""
	if f.Section != "" {
		text += " (" + f.Section + ")"
	}
	if f.Fix != nil && f.Fix == p.Fix() && fixKey != "" {
		fix = " " + fixKey + ": " + f.Fix.Title
	}
	lines := safetext.CleanLine(text + fix).Wrap(width)
	if len(lines) <= mostFindingLines {
		return lines
	}
	if fix == "" {
		return lines[:mostFindingLines]
	}
	lines = safetext.CleanLine(text).Wrap(width)
	lines = lines[:min(len(lines), mostFindingLines-1)]
	return append(lines, safetext.CleanLine(fix[1:]).Truncate(width))
}

func (p *Pane) severity(s iqbuilder.Severity) (safetext.Text, lipgloss.Style) {
	switch s {
	case iqbuilder.Fatal:
		return safetext.Const("✗"), p.theme.Error
	case iqbuilder.Warning:
		return safetext.Const("!"), p.theme.Warning
	}
	return safetext.Const("·"), p.theme.Info
}
