package negotiate

import "fmt"

// progress is where the way has come to, and what was chosen on it. All parts of the way write
// the same one.
type progress struct {
	tell    func(Step, string) // may be nil
	step    Step
	choices []string
}

// begin tells which step comes now.
func (p *progress) begin(step Step, detail string) {
	p.step = step
	if p.tell != nil {
		p.tell(step, detail)
	}
}

// chose notes what was chosen, and why.
func (p *progress) chose(format string, args ...any) {
	p.choices = append(p.choices, fmt.Sprintf(format, args...))
}
