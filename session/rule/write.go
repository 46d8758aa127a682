package rule

import (
	"fmt"
	"strings"
)

// String is the text that Parse reads as the same rule, without its name and
// without Off. Of a rule that Handler refuses it is the nearest text.
func (r Rule) String() string {
	var b strings.Builder
	b.WriteString(r.Match + " => ")
	switch {
	case r.Times == 1:
		b.WriteString("1 time ")
	case r.Times != 0:
		fmt.Fprintf(&b, "%d times ", r.Times)
	}
	if r.Delay != 0 {
		fmt.Fprintf(&b, "delay %v ", r.Delay)
	}
	b.WriteString(string(r.Do))
	if r.Do == Error {
		b.WriteByte(' ')
		if r.Error.Type != "" {
			b.WriteString(r.Error.Type + "/")
		}
		b.WriteString(r.Error.Condition)
		if r.Error.URI != "" {
			b.WriteString(" " + r.Error.URI)
		}
		if r.Error.Text != "" {
			b.WriteString(` "` + escaper.Replace(r.Error.Text) + `"`)
		}
	}
	for _, xml := range []string{r.Payload, r.Extension} {
		if xml != "" {
			b.WriteString(" " + xml)
		}
	}
	return b.String()
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
