package words

import (
	"iqscope/internal/safetext"
	"iqscope/session"
)

// Asked is how an incoming request stands, with its mark.
func Asked(a session.Asked) safetext.Text {
	switch a.State {
	case session.AskedHeld:
		return safetext.Const("held for your answer")
	case session.AskedWorking:
		return safetext.Const("being answered")
	case session.AskedSilent:
		return safetext.Const("– no answer, on purpose")
	case session.AskedLost:
		return safetext.Const("? connection lost")
	}
	switch a.By {
	case session.AnsweredByHand:
		return safetext.Const("✓ answered by hand")
	case session.AnsweredByNobody:
		return safetext.Const("✗ nobody: automatic error")
	}
	return safetext.Concat(safetext.Const("✓ answered by "), safetext.CleanLine(a.By))
}
