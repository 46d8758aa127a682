package inspect

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"iqscope/internal/safetext"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/exchange"
	"iqscope/tui/row"
	"iqscope/tui/words"
)

// explain says what the subject means, whose doing it likely is, and what to try.
func (p *Pane) explain() ([]string, tea.Cmd) {
	f, cmd := p.reader.get(p.subject)
	if f == nil {
		return []string{p.theme.Muted.Render(safetext.Const("reading …").String())}, cmd
	}
	x := explainer{pane: p, subject: p.subject, facts: f}
	x.verdict()
	x.failure()
	x.failed()
	x.outcome()
	if len(x.lines) == 0 {
		x.plain()
	}
	x.awaited()
	x.refused()
	x.asked()
	x.odd()
	x.noted()
	return x.lines, cmd
}

// explainer puts the sections together: a heading each, and what belongs under it indented, so that
// they can be told apart without colour.
type explainer struct {
	pane    *Pane
	subject *Subject
	facts   *facts
	lines   []string
}

// under is how far text stands in from its heading.
const under = 2

func (x *explainer) heading(text safetext.Text, style lipgloss.Style) {
	if len(x.lines) > 0 {
		x.lines = append(x.lines, "")
	}
	x.write(0, safetext.Text{}, text, style)
}

// say adds a paragraph, with a mark in front unless it is empty.
func (x *explainer) say(mark, text safetext.Text, style lipgloss.Style) {
	x.write(under, mark, text, style)
}

func (x *explainer) write(indent int, mark, text safetext.Text, style lipgloss.Style) {
	width := x.pane.width - margin
	for i, t := range text.Wrap(max(1, width-indent-mark.Width())) {
		r := row.New(width)
		r.Space(indent)
		if i == 0 {
			r.Add(mark, style)
		}
		r.Fill(indent + mark.Width())
		r.Add(t, style)
		x.lines = append(x.lines, r.String())
	}
}

// likely is whose doing it is, in words.
var likely = map[explain.Fault]safetext.Text{
	explain.Ours:    safetext.Const("Likely our own doing. "),
	explain.Theirs:  safetext.Const("Likely the other side's doing. "),
	explain.Network: safetext.Const("Likely the network's doing. "),
}

// tell adds an explanation under a heading. Its words are this program's own.
func (x *explainer) tell(e explain.Explanation) {
	theme := x.pane.theme
	x.say(safetext.Text{}, safetext.CleanLine(e.Meaning), theme.Text)
	if e.Unusual != "" {
		x.say(safetext.Const("! "), safetext.CleanLine(e.Unusual), theme.Warning)
	}
	x.say(safetext.Text{}, safetext.Concat(likely[e.Fault], safetext.CleanLine("See "+e.Section+".")), theme.Muted)
	for _, try := range e.Try {
		x.say(safetext.Const("→ "), safetext.CleanLine(try), theme.Text)
	}
}

// mostQuoted is how many bytes of a text are quoted; it may have a million.
const mostQuoted = 4 << 10

// quote adds what the other side says in its own words.
func (x *explainer) quote(what, text string) {
	if more := len(text) - mostQuoted; more > 0 {
		text = strings.ToValidUTF8(text[:mostQuoted], "") + "… (" + words.Size(more) + " more: see xml)"
	}
	if text != "" {
		x.say(safetext.CleanLine(what+": "), safetext.CleanLine(text), x.pane.theme.Info)
	}
}

// verdict explains why the stanza is not simply the answer to something.
func (x *explainer) verdict() {
	e := x.subject.Entry
	if e.Verdict == "" || e.Verdict == stanza.VerdictReply {
		return
	}
	text := "! Verdict: " + string(e.Verdict)
	if e.LateBy > 0 {
		text += ", by " + words.Duration(e.LateBy)
	}
	x.heading(safetext.CleanLine(text), x.pane.theme.Warning)
	x.quote("because", e.Text)
	x.tell(explain.Verdict(e.Verdict))
}

// failure explains what ends a stream or keeps it from beginning.
func (x *explainer) failure() {
	f := x.facts.failure
	if f == nil {
		return
	}
	text := "✗ " + f.What
	if f.Condition != "" {
		text += ": " + f.Condition
	}
	x.heading(safetext.CleanLine(text), x.pane.theme.Error)
	x.quote("it says", f.Text)
	x.tell(f.Explanation)
}

// failed explains a stanza error. One that we sent is explained to the other side, so there is
// nothing for us to try.
func (x *explainer) failed() {
	e := x.facts.failed
	if e == nil {
		return
	}
	st := x.facts.of.reply
	if st == nil {
		st = x.facts.of.shown
	}
	c := explain.Context{Condition: e.Condition, Type: e.Type, Application: e.Application, Payload: st.Payload()}
	if x.facts.of.request != nil {
		c.Payload = x.facts.of.request.Payload()
	}
	ours := x.subject.Asked != nil || x.subject.Entry.Dir == stanza.Out && st == x.facts.of.shown
	heading := "✗ Error: "
	if ours {
		heading = "✗ Our error: "
	} else {
		c.By = explain.WhoAnswered(st.From(), x.subject.Own)
	}
	condition := e.Condition
	if condition == "" {
		condition = "without a condition"
	}
	if e.Type != "" {
		condition += ", type " + e.Type
	}
	x.heading(safetext.CleanLine(heading+condition), x.pane.theme.Error)
	x.quote("it says", e.Text)
	x.quote("by", e.By)
	x.quote("instead at", e.URI)
	if e.Application.Local != "" {
		x.quote("in detail", e.Application.Local+" of "+e.Application.Space)
	}
	told := explain.Error(c)
	if ours {
		told.Meaning, told.Try, told.Fault = "To whoever asked it means: "+told.Meaning, nil, explain.Nobody
	}
	x.tell(told)
}

// outcome explains how the request ended. Of an error that is explained already it says nothing.
func (x *explainer) outcome() {
	v, verdict := x.subject.Request, x.subject.Entry.Verdict
	if v == nil || v.InFlight() || v.Outcome == stanza.OutcomeError && x.facts.failed != nil && (verdict == "" || verdict == stanza.VerdictReply) {
		return
	}
	style := x.pane.theme.Error
	switch v.Outcome {
	case stanza.OutcomeResult:
		style = x.pane.theme.Success
	case stanza.OutcomeCancelled, stanza.OutcomeUnknown:
		style = x.pane.theme.Warning
	}
	x.heading(safetext.Concat(words.Outcome(v.Outcome), safetext.CleanLine(", the outcome of "+about(v.Stanza))), style)
	if v.Err != nil && (v.Outcome == stanza.OutcomeNotSent || v.Outcome == stanza.OutcomeUnknown) {
		x.quote("because", v.Err.Error())
	}
	if !v.Down.None() {
		x.quote("the link was down", v.Down.String())
	}
	if errors.Is(v.Err, exchange.ErrUnrecorded) {
		return // nothing happened to the request that could be explained
	}
	x.tell(explain.Ending{Outcome: v.Outcome, Type: v.Stanza.Type(), Payload: v.Stanza.Payload(), Down: v.Down}.Explain())
}

// about names a stanza by what it is and carries.
func about(st *stanza.Stanza) string {
	name := words.Kind(st).String()
	if what := words.Payload(st); !what.Empty() {
		name += " " + what.String()
	}
	return name
}

// plain explains a stanza of which nothing else is to be said.
func (x *explainer) plain() {
	st := x.subject.Entry.Stanza
	if fault := st.Fault(); fault != nil {
		x.broken(fault, st.XML())
	} else {
		x.heading(safetext.CleanLine(about(st)), x.pane.theme.Title)
	}
	e := explain.Stanza(st, x.subject.Entry.Dir)
	if x.subject.Asked != nil {
		e.Try = nil // how it stands follows
	}
	x.tell(e)
}

// around is how many bytes of a broken element are shown on each side of its fault.
const around = 80

// broken says what is wrong with an element, and shows the place.
func (x *explainer) broken(fault *stanza.XMLError, xml string) {
	x.heading(safetext.CleanLine("✗ Broken at "+fault.Error()), x.pane.theme.Error)
	before, behind := xml[:fault.Offset], xml[fault.Offset:]
	if len(before) > around {
		before = "…" + strings.TrimLeftFunc(before[len(before)-around:], func(r rune) bool { return r == utf8.RuneError })
	}
	if len(behind) > around {
		behind = strings.TrimRightFunc(behind[:around], func(r rune) bool { return r == utf8.RuneError }) + "…"
	}
	x.quote("up to there", before)
	x.quote("and then", behind)
}

// awaited says what a request in flight waits for.
func (x *explainer) awaited() {
	v := x.subject.Request
	if v == nil || !v.InFlight() {
		return
	}
	theme := x.pane.theme
	x.heading(safetext.Const("Still waiting"), theme.Countdown)
	from := words.Address(v.Stanza.To()).String()
	if from == "" {
		from = "your own account"
	}
	x.say(safetext.Text{}, safetext.CleanLine(fmt.Sprintf("One result or error with the id %s is expected, from %s.", v.Stanza.ID(), from)), theme.Text)
}

// refused lists what had the id of the request and did not fit.
func (x *explainer) refused() {
	v := x.subject.Request
	if v == nil || v.Refused == 0 || x.subject.refusal() {
		return
	}
	theme := x.pane.theme
	x.heading(safetext.CleanLine("! "+words.Plural(v.Refused, "stanza")+" with its id refused"), theme.Warning)
	for _, f := range v.Refusals {
		from := "without a from"
		if f.From != "" {
			from = "from " + words.Address(f.From).String()
		}
		x.say(safetext.Const("! "), safetext.CleanLine("#"+words.Count(f.Seq)+" "+string(f.Verdict)+", "+from+": "+f.Note), theme.Text)
	}
	if more := v.Refused - len(v.Refusals); more > 0 {
		x.say(safetext.Const("! "), safetext.CleanLine(words.Count(more)+" more: see the log."), theme.Text)
	}
	x.say(safetext.Const("→ "), safetext.Const("They are listed under the request in Pending (2); each says there what it is."), theme.Text)
}

// refusal says that the subject is a stanza that was refused.
func (s *Subject) refusal() bool {
	return slices.ContainsFunc(s.Request.Refusals, func(f session.Refusal) bool { return f.Seq == s.Entry.Seq })
}

// asked says how a request of somebody else's stands.
func (x *explainer) asked() {
	a := x.subject.Asked
	if a == nil {
		return
	}
	theme := x.pane.theme
	x.heading(words.Asked(*a), theme.Title)
	x.say(safetext.Text{}, safetext.CleanLine(answering(*a)), theme.Text)
	if a.Blocked > 0 {
		x.say(safetext.Const("! "), safetext.CleanLine(words.Plural(a.Blocked, "further answer")+" not sent: a request has one answer only."), theme.Warning)
	}
}

// answering says what becomes of a request of somebody else's.
func answering(a session.Incoming) string {
	switch {
	case a.State == exchange.Held:
		return "It is held for you: nothing is answered until you do, or until its time is up. Then the automatic error goes out (RFC 6120 §8.4)."
	case a.State == exchange.Working:
		return "A responder has it, or its answer is delayed, or waits for its turn: one sender gets only so many a second."
	case a.State == exchange.Silent:
		return "It gets no answer, on purpose; the other side runs into its timeout."
	case a.State == exchange.Lost:
		return "The connection was lost before it was answered. The other side has to ask again."
	case a.State == exchange.Unrecorded:
		return "There is no answer to it in the recording."
	case a.By == exchange.ByUs:
		return "It was answered; by what, the recording does not tell."
	case a.By == exchange.ByHand:
		return "You answered it yourself."
	case a.By == session.AnsweredByNobody:
		return "Nobody here answered it, so the automatic error went out (RFC 6120 §8.4)."
	}
	return "It was answered by " + a.By + ", an entry among the handlers."
}

// noted repeats what the log has noted of a stanza, such as that its sender was accepted in lenient
// mode only, or who answered.
func (x *explainer) noted() {
	e := x.subject.Entry
	if e.Text == "" || e.Verdict != "" && e.Verdict != stanza.VerdictReply || x.subject.Asked != nil {
		return
	}
	x.heading(safetext.Const("Noted in the log"), x.pane.theme.Title)
	x.say(safetext.Text{}, safetext.CleanLine(words.Sentence(e.Text)), x.pane.theme.Text)
}

// odd lists what is against the rules in a reply that was taken all the same.
func (x *explainer) odd() {
	v := x.subject.Entry.Verdict
	if len(x.facts.odd) == 0 || v != "" && v != stanza.VerdictReply && v != stanza.VerdictLate && v != stanza.VerdictDuplicate {
		return
	}
	x.heading(safetext.Const("! Odd about the answer"), x.pane.theme.Warning)
	for _, w := range x.facts.odd {
		x.say(safetext.Const("! "), safetext.CleanLine(w.Text+" See "+w.Section+"."), x.pane.theme.Text)
	}
}
