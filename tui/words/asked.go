package words

import (
	"iqscope/internal/safetext"
	"iqscope/session"
	"iqscope/session/exchange"
)

// Asked is how an incoming request stands, with its mark.
func Asked(a session.Incoming) safetext.Text {
	switch a.State {
	case exchange.Held:
		return safetext.Const("held for your answer")
	case exchange.Working:
		return safetext.Const("being answered")
	case exchange.Silent:
		return safetext.Const("– no answer, on purpose")
	case exchange.Lost:
		return safetext.Const("? connection lost")
	case exchange.Unrecorded:
		return safetext.Const("? no answer recorded")
	}
	switch a.By {
	case exchange.ByHand:
		return safetext.Const("✓ answered by hand")
	case session.AnsweredByNobody:
		return safetext.Const("✗ nobody: automatic error")
	}
	return safetext.Concat(safetext.Const("✓ answered by "), safetext.CleanLine(a.By))
}
