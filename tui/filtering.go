package tui

import (
	"slices"
	"strings"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
	"iqscope/tui/words"
)

// countFilter has the log count what a filter would show that is being typed, and says how far that
// is. It is asked at every frame.
func (m *Model) countFilter(a *asking) {
	text := a.Answer()
	if m.trial.text != text {
		m.trial.text = text
		m.trial.expr, _ = compileFilter(text)
	}
	if text == "" || m.trial.expr == nil {
		a.SetInfo(safetext.Text{})
		return
	}
	found, all, done := m.desk.log.Try(text, m.trial.expr)
	info := words.Count(found) + " of " + words.Count(all)
	if !done {
		info += "…"
	}
	a.SetInfo(safetext.CleanLine(info))
}

// trial is a filter that is being typed; no expression if it is none.
type trial struct {
	text string
	expr *match.Expr
}

// seenBack is how far back the log is looked through for what may be meant.
const seenBack = 500

// completeFilter says what may stand at the end of a filter: names and fields of the language, and
// what was seen.
func (m *Model) completeFilter(before string) (from int, offered []string) {
	first, next := match.Steps(match.BasicKeys())
	from = strings.LastIndexAny(before, " ()/@=<>~!") + 1
	switch operator := before[:from]; {
	case strings.HasSuffix(operator, "@"):
		offered = match.Fields()
	case strings.HasSuffix(operator, "="):
		field := strings.TrimRight(operator, "=!~")
		field = field[strings.LastIndexAny(field, "@")+1:]
		offered = m.valuesOf(field)
	case strings.HasSuffix(operator, "/"):
		for _, e := range m.recent() {
			if name := e.Payload(); name.Local != "" {
				next = append(next, named(name))
			}
		}
		offered = next
	case strings.TrimSpace(operator) != "" && strings.HasSuffix(operator, " ") && !endsInWord(operator):
		offered = []string{"and", "or"}
	default:
		offered = append(first, "not")
	}
	typed := strings.TrimLeft(before[from:], `"'`)
	slices.Sort(offered)
	offered = slices.DeleteFunc(slices.Compact(offered), func(word string) bool {
		return !strings.HasPrefix(strings.Trim(word, `"`), typed)
	})
	return from, offered
}

// endsInWord says that an expression is to follow.
func endsInWord(text string) bool {
	fields := strings.Fields(text)
	return slices.Contains([]string{"and", "or", "not", "("}, fields[len(fields)-1])
}

// valuesOf are the values that a field may have, or that it was seen with.
func (m *Model) valuesOf(field string) []string {
	if values := match.Values(field); values != nil {
		return values
	}
	var values []string
	switch {
	case strings.HasPrefix(field, "from"), strings.HasPrefix(field, "to"):
		for _, a := range m.known.addresses() {
			values = append(values, a.JID)
		}
	case field == "id":
		for _, st := range m.recent() {
			values = append(values, st.ID())
		}
	}
	for i := range values {
		values[i] = quoted(values[i])
	}
	return values
}

// recent are the stanzas that were logged last.
func (m *Model) recent() (recent []*stanza.Stanza) {
	log := m.session.Journal()
	newest := log.Stats().Last
	for _, e := range log.Window(nil, newest-min(newest, seenBack)+1, seenBack) {
		if e.Stanza != nil {
			recent = append(recent, e.Stanza)
		}
	}
	return recent
}
