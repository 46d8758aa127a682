package logpane

// leastLines are asked for however short the log is, so that its border does not move with each of
// the first rows.
const leastLines = 10

// Lines is how many lines it takes to show all rows, with their heading and what is told of the
// selected one.
func (p *Pane) Lines() int { return max(leastLines, p.list.Len()+2) }
