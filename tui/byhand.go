package tui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session"
	"iqscope/session/negotiate"
	"iqscope/tui/byhand"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
)

// byHandActions go the way to a connection step by step.
func byHandActions() []action {
	byHand := func(*Model) bool { return true }
	return []action{
		with(inComposer(action{name: byhand.Take, help: "by hand: send what is offered", at: []place{{keys.Panes, "alt+o", "take offer", ""}}}), byHand),
		inComposer(action{name: byhand.Put, help: "by hand: put what is offered into the composer", at: []place{{keys.Panes, "alt+e", "", ""}}}),
		with(inComposer(action{name: byhand.GoOn, help: "by hand: go on automatically", at: []place{{keys.Panes, "alt+g", "go on", ""}}}), byHand),
	}
}

// with makes an action an urgent one.
func with(a action, urgent func(*Model) bool) action {
	a.urgent = urgent
	return a
}

// handing is the composer of a way that is gone by hand.
type handing struct {
	*byhand.Pane
	m    *Model
	busy bool // a step is being taken
	asks bool // what is offered is a login with a password that the server has refused
}

// gutter is what stands before a line in the composer.
const gutter = 2

// followHand shows the composer of the way by hand for as long as that is gone, and what is offered
// in it. The user's own draft stays in the other one.
func (m *Model) followHand() {
	h, there := m.desk.composer.(*handing)
	switch gone := m.known.status.State == session.ByHand; {
	case !gone && there:
		h.leave()
		return
	case !gone:
		return
	case !there:
		h = &handing{Pane: byhand.New(m.theme, m.colours), m: m}
		m.desk.composer = h
		m.overlays.clear()
		m.desk.edit()
	}
	offer, ok := m.session.Offer()
	if !ok {
		return
	}
	o := byhand.Offer{XML: offer.XML, What: offer.What}
	if offer.Do != negotiate.Nothing && offer.Do != negotiate.Element {
		o.Do = string(offer.Do)
	}
	h.asks = offer.PasswordRefused && m.password != nil
	h.SetBreadth(m.screen.Pane(layout.Compose).Inside().W - gutter)
	h.SetOffer(o)
}

// leave goes back to the user's own draft. What is half typed is kept among the earlier drafts.
func (h *handing) leave() {
	if h.Typed() {
		h.m.desk.draft.Keep(h.Text())
	}
	h.m.desk.composer = h.m.desk.draft
}

// Can says what cannot be done by hand.
func (h *handing) Can(action keys.Action) string {
	switch {
	case action == byhand.Take && h.Offer().Empty(), action == byhand.Put && h.Offer().XML == "":
		return "nothing is offered that could be sent"
	case action == compose.AskTimeout:
		return "by hand, nothing waits for an answer"
	case action == keys.NewDraft:
		return "drafts have to wait until the connection is there"
	}
	return ""
}

// Act takes a step.
func (h *handing) Act(action keys.Action) tea.Cmd {
	switch action {
	case keys.Send, keys.SendRaw: // everything goes this way
		return h.send()
	case byhand.Take:
		return h.step("", h.asks, h.m.session.TakeOffer)
	case byhand.GoOn:
		return h.step("", h.asks, h.m.session.GoOn)
	case byhand.Put:
		h.m.desk.edit()
		h.Do(action)
	}
	return nil
}

var errNothingTyped = errors.New("nothing is typed that could be sent")

// send sends what is typed.
func (h *handing) send() tea.Cmd {
	text := h.Text()
	switch {
	case h.busy:
		return nil
	case strings.TrimSpace(text) == "":
		h.m.notice.complain(errNothingTyped)
		return nil
	}
	typed := h.Typed()
	if typed {
		h.m.desk.draft.Keep(text)
	}
	s := h.m.session
	return h.step(text, h.asks && !typed, func() error { return s.SendByHand(text) })
}

// step does one thing at a time, and if it would log in with a refused password, asks for another.
func (h *handing) step(text string, asks bool, do func() error) tea.Cmd {
	if h.busy {
		return nil
	}
	return h.m.withPassword(asks, func() tea.Cmd {
		h.busy = true
		if text != "" {
			h.Sending()
		}
		return func() tea.Msg { return DoneByHand{text, do()} }
	})
}

// doneByHand says how a step ended.
func (m *Model) doneByHand(done DoneByHand) {
	h, there := m.desk.composer.(*handing)
	if there {
		h.busy = false
	}
	m.refresh()
	h, there = m.desk.composer.(*handing)
	var end *negotiate.Error
	switch {
	case done.Err == nil:
	case errors.As(done.Err, &end): // of the connection
		m.connectionFailed(done.Err)
	default:
		if there && done.Text != "" {
			h.Refused(done.Text)
		}
		m.notice.complain(done.Err)
	}
}
