// Package compose is where a stanza is written: an editor, and under it what the rules of RFC 6120
// say about the text so far.
//
// The text is sent exactly as it stands there. The pane changes it in three cases only, and all can
// be seen and undone: a fix that was asked for, what was taken of the list of what can stand at the
// cursor (with a condition, the type of its error), and a fresh id after sending when the id in the
// text was made by the program, so that the same draft can be sent again.
package compose

import (
	"errors"
	"slices"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/themes"
	"iqscope/tui/editor"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/pane"
)

// Pane is the composer. It belongs to the update loop.
type Pane struct {
	theme      themes.Theme
	colours    *highlight.Highlighter
	source     Source
	editor     *editor.Editor
	checked    checked
	madeID     string // the last id that the program put in
	drafts     drafts
	completion completion
	hunt       hunt
	paired     paired
	forms      Forms
	forming    forming
	timeout    time.Duration
	look       pane.Look
	lines      []string // as they were laid out
}

// Actions of the composer that other panes have no use for.
const (
	FreshID    keys.Action = "fresh-id"       // puts a new id into the draft
	PrevDraft  keys.Action = "previous-draft" // the one sent before
	NextDraft  keys.Action = "next-draft"
	AskTimeout keys.Action = "timeout" // of what is sent from this draft
)

// checked is what is known of a version of the text.
type checked struct {
	version  uint64
	own      stanza.JID
	done     bool
	stanza   *stanza.Stanza
	findings []iqbuilder.Finding
}

// Source is what the composer asks of others.
type Source struct {
	Scope func() stanza.Scope // what a typed stanza inherits; asked for at each check
	NewID func() string       // an id that never was
	// Own is whose stream it is, zero before binding, to tell a from that is
	// somebody else's. It may be missing.
	Own func() stanza.JID
	// Timeout is the session's, which is used unless another one is chosen.
	Timeout func() time.Duration
	// Catalogue is what completes the text; nil, or none, as long as it is not there. Addresses are
	// those that may be asked. Both may be missing.
	Catalogue func() *catalog.Catalog
	Addresses func() []catalog.Address
}

// New returns a composer with a draft.
func New(draft string, theme themes.Theme, colours *highlight.Highlighter, source Source) *Pane {
	return &Pane{theme: theme, colours: colours, source: source, editor: editor.New(draft)}
}

// SetForms says where the form of a draft has its knowledge from. Without, there is none.
func (p *Pane) SetForms(f Forms) { p.forms = f }

// Text is the draft.
func (p *Pane) Text() string { return p.editor.Text() }

// Type inserts typed or pasted characters. The error says that there is no room for them.
func (p *Pane) Type(text string, pasted bool) error {
	if p.Forming() {
		return p.typeInForm(text, pasted)
	}
	if pasted {
		return p.editor.Paste(text)
	}
	completing := p.Completing()
	err := p.editor.Insert(text)
	p.narrow(completing)
	return err
}

// Do runs an action on the text, and reports whether it is one.
func (p *Pane) Do(action keys.Action) bool {
	switch action {
	case keys.ApplyFix:
		p.applyFix()
	case keys.NextFinding:
		p.nextFinding()
	case FreshID:
		p.freshID()
	case PrevDraft:
		p.recall(p.drafts.back(draft{p.Text(), p.timeout}))
	case NextDraft:
		p.recall(p.drafts.forward())
	default:
		if p.Forming() && p.doInForm(action) {
			return true
		}
		completing := p.Completing()
		if p.complete(action) {
			return true
		}
		known := p.editor.Do(editor.Command(action))
		p.narrow(completing && action == keys.DeleteLeft)
		return known
	}
	return true
}

// Load replaces the draft by another one, which has the session's timeout and is shown as text. The
// text that was there can be had again by undo.
func (p *Pane) Load(text string) error {
	err := p.editor.SetText(text)
	if err == nil {
		p.timeout, p.forming.shown = SessionTimeout, false
	}
	return err
}

// Replace takes another text for the same draft, as one step that can be undone: its timeout stays,
// the form if it is shown, and the cursor where it can.
func (p *Pane) Replace(text string) error { return p.replace(0, p.editor.Len(), text) }

func (p *Pane) recall(d draft, ok bool) {
	if ok {
		_ = p.editor.SetText(d.text) // it was in the editor before, so it fits
		p.editor.Do(editor.CursorTextEnd)
		p.timeout = d.timeout
	}
}

// Check reads the text and returns the stanza it is, nil if it is none, and what there is to say
// about it. The text is read anew only when it or whose stream it is has changed.
func (p *Pane) Check() (*stanza.Stanza, []iqbuilder.Finding) {
	var own stanza.JID
	if p.source.Own != nil {
		own = p.source.Own()
	}
	if c := &p.checked; !c.done || c.version != p.editor.Version() || c.own != own {
		c.stanza, c.findings = iqbuilder.CheckAs(p.editor.Text(), p.source.Scope(), own)
		switch {
		case c.stanza == nil:
		case !isIQ(c.stanza):
			c.findings = nil // the rules are those of IQs
		case c.stanza.IsRequest():
			excuseMissingID(c.findings)
		}
		c.version, c.own, c.done = p.editor.Version(), own, true
		p.editor.SetMarks(p.marks())
	}
	return p.checked.stanza, p.checked.findings
}

// excuseMissingID says of a request without an id that it gets one. (What answers needs the id of
// what it answers.)
func excuseMissingID(findings []iqbuilder.Finding) {
	for i := range findings {
		if f := &findings[i]; f.Rule == iqbuilder.RuleIDMissing {
			f.Severity = iqbuilder.Hint
			f.Text += "; it gets one when it is sent"
		}
	}
}

// isIQ tells an IQ, and what is no stanza at all, from messages and presences, which are sent as
// they stand.
func isIQ(st *stanza.Stanza) bool {
	return st.Kind() != stanza.Message && st.Kind() != stanza.Presence
}

// ScopeChanged has the text checked again: another kind of stream inherits other namespaces.
func (p *Pane) ScopeChanged() { p.checked.done = false }

// Sendable returns the stanza if it can be sent, or what keeps it from that, with the cursor there. A
// request without an id gets one.
func (p *Pane) Sendable() (*stanza.Stanza, *iqbuilder.Finding) {
	st, findings := p.Check()
	i := slices.IndexFunc(findings, isFatal)
	if i < 0 && st != nil && st.IsRequest() && !st.HasID() {
		p.freshID()
		if st, findings = p.Check(); !st.HasID() { // there is no room for it
			i = slices.IndexFunc(findings, func(f iqbuilder.Finding) bool { return f.Rule == iqbuilder.RuleIDMissing })
		}
	}
	if i >= 0 {
		p.editor.SetCursor(p.position(findings[i].Pos))
		return nil, &findings[i]
	}
	return st, nil
}

func isFatal(f iqbuilder.Finding) bool { return f.Severity == iqbuilder.Fatal }

// Sent says that the draft is on its way: it is remembered, and if the program made its id, it gets
// a fresh one.
func (p *Pane) Sent() {
	p.drafts.add(draft{p.Text(), p.timeout})
	if p.MadeID() {
		p.freshID()
	}
}

// Keep remembers a text that was written elsewhere, so that it can be had again as a draft. What
// stands in the composer stays there.
func (p *Pane) Keep(text string) { p.drafts.keep(text) }

// SetEarlierDrafts gives what was sent in earlier runs of the program, the last one first. It stands
// before the drafts of this run, each text once.
func (p *Pane) SetEarlierDrafts(texts []string) { p.drafts.setEarlier(texts) }

// Drafts are the drafts that were sent, the last one first.
func (p *Pane) Drafts() []string {
	var texts []string
	for i := p.drafts.len() - 1; i >= 0; i-- {
		texts = append(texts, p.drafts.get(i).text)
	}
	return texts
}

// HasDrafts says that there are some.
func (p *Pane) HasDrafts() bool { return p.drafts.len() > 0 }

// TakeDraft puts a draft that was sent before into the composer. From there on, [PrevDraft] leads to
// those before it. The text that was there can be had again by undo, and by [NextDraft].
func (p *Pane) TakeDraft(text string) error {
	d, ok := p.drafts.jump(text, draft{p.Text(), p.timeout})
	if !ok {
		return errors.New("there is no such draft any more")
	}
	p.recall(d, true)
	return nil
}

// Fix is what [keys.ApplyFix] would do, nil for nothing: the fix of the finding that the cursor is
// in, else the first fix there is.
func (p *Pane) Fix() *iqbuilder.Fix {
	_, findings := p.Check()
	here := p.offset(p.editor.Cursor())
	var first *iqbuilder.Fix
	for _, f := range findings {
		switch {
		case f.Fix == nil:
		case f.Pos <= here && here <= f.End:
			return f.Fix
		case first == nil:
			first = f.Fix
		}
	}
	return first
}

func (p *Pane) applyFix() {
	fix := p.Fix()
	if fix == nil {
		return
	}
	before := p.checked.stanza
	_ = p.replace(fix.Pos, fix.End, fix.With)
	if after, _ := p.Check(); after != nil && after.HasID() && (before == nil || before.ID() != after.ID()) {
		p.madeID = after.ID()
	}
}

// nextFinding moves the cursor to the next finding after it, or the first one.
func (p *Pane) nextFinding() {
	_, findings := p.Check()
	if len(findings) == 0 {
		return
	}
	here := p.offset(p.editor.Cursor())
	next := findings[0]
	for _, f := range findings {
		if f.Pos > here {
			next = f
			break
		}
	}
	p.editor.SetCursor(p.position(next.Pos))
}

// replace changes a part of the text and leaves the cursor where it was, seen from the text around
// what really changes.
func (p *Pane) replace(pos, end int, with string) error {
	text := p.Text()
	pos = min(max(pos, 0), len(text))
	end = min(max(end, pos), len(text))
	for pos < end && with != "" && text[pos] == with[0] {
		pos, with = pos+1, with[1:]
	}
	for pos < end && with != "" && text[end-1] == with[len(with)-1] {
		end, with = end-1, with[:len(with)-1]
	}
	if pos == end && with == "" {
		return nil
	}
	cursor := p.offset(p.editor.Cursor())
	if err := p.editor.SetText(text[:pos] + with + text[end:]); err != nil {
		return err
	}
	switch {
	case cursor >= end:
		cursor += len(with) - (end - pos)
	case cursor > pos:
		cursor = pos + len(with)
	}
	p.editor.SetCursor(p.position(cursor))
	return nil
}
