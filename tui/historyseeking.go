package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session/match"
	"iqscope/tui/historylist"
	"iqscope/tui/keys"
	"iqscope/tui/prompt"
)

// askWords asks for words; what has them is shown while they are typed. Leaving the line brings back
// what was shown before.
func (s *historyScreen) askWords() {
	s.before = s.sought.Words
	hint := safetext.Const("words of requests, replies, addresses, tags and notes; all must be there")
	s.m.ask(prompt.New(safetext.Const("Search: "), hint, s.sought.Words), func(string) (tea.Cmd, error) {
		s.typing = nil
		return nil, nil
	})
	s.typing = s.m.overlays.top().(*asking)
	s.typing.watch = func(a *asking) {
		s.seek(historylist.Sought{Words: a.Answer(), Filter: s.sought.Filter}, s.query)
	}
}

// errNoHistoryFilter answers Enter as long as what is typed is wrong; what is wrong stands above.
var errNoHistoryFilter = errors.New("this is no filter yet; esc leaves the list as it was")

// askFilter asks what the entries have to be.
func (s *historyScreen) askFilter() {
	m, now := s.m, s.m.now()
	hint := safetext.Const(`outcome:timeout to:pubsub.example.org since:2d iq@type=set · tab completes`)
	p := prompt.New(safetext.Const("Filter: "), hint, s.sought.Filter)
	p.SetPast(m.past.filters)
	p.SetCompleter(func(before string) (int, []string) {
		if from, words := completeHistoryFilter(before); words != nil {
			return from, words
		}
		return m.completeFilter(before)
	})
	p.SetCheck(filterRows, func(text string) []prompt.Line {
		if text == "" {
			return []prompt.Line{{Text: safetext.Const("An empty filter shows everything.")}}
		}
		q, err := historylist.ParseFilter(text, now, compileFilter)
		switch syntaxError := (*match.SyntaxError)(nil); {
		case errors.As(err, &syntaxError):
			return syntax(err)
		case err != nil:
			return []prompt.Line{{Mark: prompt.Bad, Text: safetext.CleanLine(sentence(err.Error(), nil, ""))}}
		case q.Match != nil:
			return append([]prompt.Line{{Mark: prompt.OK, Text: safetext.Const("A request or a reply that the path fits is enough.")}}, doubted(q.Match)...)
		}
		return []prompt.Line{{Mark: prompt.OK, Text: safetext.Const("All of these have to be so.")}}
	})
	m.ask(p, func(answer string) (tea.Cmd, error) {
		q, err := historylist.ParseFilter(answer, m.now(), compileFilter)
		if err != nil {
			return nil, errNoHistoryFilter
		}
		if q.Match != nil && m.strict {
			if err := misspelt(q.Match); err != nil {
				return nil, err
			}
		}
		if answer != "" {
			m.past.filters = keep(m.past.filters, answer)
		}
		s.seek(historylist.Sought{Words: s.sought.Words, Filter: answer}, q)
		return nil, nil
	})
	m.overlays.top().(*asking).context = keys.Filtering
}

// completeHistoryFilter says what may stand at the end of a filter beside the words of a path; nil for
// nothing of its own.
func completeHistoryFilter(before string) (from int, offered []string) {
	from = strings.LastIndex(before, " ") + 1
	word := before[from:]
	if value, ok := strings.CutPrefix(word, "outcome:"); ok {
		from += len("outcome:") + strings.LastIndex(value, ",") + 1
		return from, beginning(historylist.OutcomeWords(), before[from:])
	}
	if word == "" {
		return from, historylist.FilterWords()
	}
	return from, beginning(historylist.FilterWords(), word)
}

// beginning are the words that begin with a text; nil for none.
func beginning(words []string, text string) []string {
	var fit []string
	for _, w := range words {
		if strings.HasPrefix(w, text) {
			fit = append(fit, w)
		}
	}
	return fit
}
