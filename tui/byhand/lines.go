package byhand

// asTall is a height at which as much is said under the text as ever is.
const asTall = 18

// Lines is how many lines it takes to show the whole text, with what is offered.
func (p *Pane) Lines() int {
	look := p.look
	look.Height = asTall
	return 1 + p.editor.Lines() + len(p.bottom(look))
}
