package tui

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"iqscope/tui/input"
	"iqscope/tui/keys"
)

// afterText is how long after a text came at once a key is taken for a part of it: nobody looks at
// what was pasted, and decides about it, so soon.
const afterText = 50 * time.Millisecond

// mixture tells keys that somebody pressed from keys that came with a text: whoever writes a text
// that others copy may have written the end of a paste into it, and keys behind that.
type mixture struct {
	on   bool
	last time.Time // when text came last
}

func (x *mixture) is(on bool, now time.Time) { x.on, x.last = on, now }

// holds reports whether a key that comes now may be a part of a text.
func (x *mixture) holds(now time.Time) bool { return x.on || now.Sub(x.last) < afterText }

// comes takes in a text that came at once.
func (m *Model) comes(t input.Text) {
	m.confirm = confirmation{}
	m.notice.seen(m.now())
	typist := m.typist()
	var err error
	switch {
	case typist == nil && m.overlays.top() != nil:
		err = m.pastedNowhere()
	case t.Dropped > 0:
		err = fmt.Errorf("nothing was pasted: the text has %d bytes, which is more than fits anywhere", len(t.Text)+t.Dropped)
	case t.Text == "":
	case typist == nil:
		err = m.pastedAnywhere(t.Text)
	default:
		err = typist.Type(t.Text, true)
	}
	if err == nil && t.Endless {
		err = errEndless
	}
	if err != nil {
		m.complain(err)
	}
}

// complain says what could not be done: where it is typed, if the notice would not be seen.
func (m *Model) complain(err error) {
	if top, ok := m.overlays.top().(interface{ Refuse(error) }); ok {
		top.Refuse(err)
		return
	}
	m.notice.complain(err)
}

// pastedAnywhere takes a text that was pasted while nothing is typed for the draft, and goes there.
// The draft before it can be had again by undo.
func (m *Model) pastedAnywhere(text string) error {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n") // as the editor does
	if err := m.desk.composer.Load(text); err != nil {
		return err
	}
	m.desk.edit()
	m.notice.tell("what was pasted is the draft now; " + m.table.keyFor(keys.Edit, keys.Undo) + " brings the one before back")
	return nil
}

// pastedNowhere says that nothing takes the text, and how to get where something does.
func (m *Model) pastedNowhere() error {
	var way []string
	step := func(c keys.Context, a keys.Action) {
		if key := m.table.keyFor(c, a); key != "" {
			way = append(way, key)
		}
	}
	if top := m.overlays.top(); top != nil {
		step(top.Context(), keys.Close)
	}
	step(keys.Panes, keys.PaneCompose)
	step(keys.Compose, keys.StartEdit)
	return errors.New("this looks like pasted text, and no text is typed here; first " + strings.Join(way, ", then ") + " for the composer")
}

var (
	errEndless = errors.New("the terminal never said where the pasted text ends, so what came in the meantime was taken for a part of it")
	errMixed   = errors.New("a key that comes together with text is not taken for one; press it again if it was meant")
)
