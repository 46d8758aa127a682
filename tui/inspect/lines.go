package inspect

// Lines is how many lines it takes to show the whole view, as it was laid out last, the tabs
// included.
func (p *Pane) Lines() int {
	if !p.onStanza() {
		return p.lineCount()
	}
	return max(p.lineCount(), barRows) + 1
}

// ShowsXML reports whether the stanza itself is shown, and not what is known of it.
func (p *Pane) ShowsXML() bool { return p.view == viewXML || p.view == viewRaw }

// Explains reports whether it is told what the stanza means.
func (p *Pane) Explains() bool { return p.view == viewExplain }
