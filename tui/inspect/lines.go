package inspect

// Lines is how many lines it takes to show the whole view, as it was laid out last.
func (p *Pane) Lines() int { return len(p.lines) }
