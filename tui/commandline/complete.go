package commandline

import "strings"

// candidate is what the line would be, and how it is shown: a name with its argument, or an
// argument.
type candidate struct {
	line  string
	label string
	hint  string
}

// complete returns what a line may become: the commands whose names begin with what is typed or,
// behind a name, its arguments.
func (l *Line) complete(line string) []candidate {
	var found []candidate
	start := line[:len(line)-len(strings.TrimLeft(line, ": "))]
	name, prefix := split(line)
	if start+name == line {
		for _, c := range l.commands {
			if strings.HasPrefix(c.Name, name) {
				text := start + c.Name
				if c.Argument != "" {
					text += " "
				}
				found = append(found, candidate{text, c.Name, c.Argument})
			}
		}
		return found
	}
	c, ok := find(name, l.commands)
	if !ok || c.Complete == nil {
		return nil
	}
	prefix = strings.TrimLeft(prefix, " ")
	for _, argument := range c.Complete(prefix) {
		found = append(found, candidate{start + name + " " + argument, argument, ""})
	}
	return found
}

// Complete puts the next candidate into the line, and after the last one what was typed again. If
// there is only one, what can follow it is offered next.
func (l *Line) Complete() { l.choose(1) }

// CompleteBack does the same the other way round.
func (l *Line) CompleteBack() { l.choose(-1) }

func (l *Line) choose(step int) {
	candidates := l.candidates
	switch {
	case len(candidates) == 0:
		return
	case len(candidates) == 1:
		l.set(candidates[0].line)
		return
	case l.chosen == none:
		l.typed = l.Text()
	}
	// One place more than there are candidates stands for what was typed.
	places := len(candidates) + 1
	chosen := (l.chosen+1+step+places)%places - 1
	text := l.typed
	if chosen != none {
		text = candidates[chosen].line
	}
	l.set(text)
	l.candidates, l.chosen = candidates, chosen
}
