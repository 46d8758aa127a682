package handler

import "iqscope/session/match"

// BothWays lets an observer (callback, once, waiter, collector) see what we send, too, where m
// matches it; without a matcher, everything. By themselves observers see what comes in. Event.Dir
// says which it is. Filters see both directions anyway, and responders what they can answer.
func BothWays(m Matcher) Matcher { return bothWays{m} }

type bothWays struct{ matcher Matcher }

func (b bothWays) Match(s match.Subject) bool { return b.matcher == nil || b.matcher.Match(s) }

func (b bothWays) String() string {
	if b.matcher == nil {
		return "*"
	}
	return b.matcher.String()
}
