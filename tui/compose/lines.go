package compose

// asTall is a height at which as much is said under the draft as ever is.
const asTall = 18

// Lines is how many lines it takes to show the whole draft, or its form, with what is said of it.
func (p *Pane) Lines() int {
	look := p.look
	look.Height = asTall
	lines := 1 + len(p.verdict(look))
	if p.Forming() {
		return lines + p.forming.form.Lines()
	}
	text := p.editor.Lines()
	if p.Completing() {
		text = max(text, p.editor.Cursor().Line+1+min(mostRows, len(p.completion.candidates)))
	}
	return lines + text
}
