package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/tui/compose"
	"iqscope/tui/historylist"
	"iqscope/tui/layout"
	"iqscope/tui/prompt"
	"iqscope/tui/words"
)

// HistoryEntryChanged says that an entry was changed or deleted, or why not. Entry is what it is then.
type HistoryEntryChanged struct {
	screen  *historyScreen
	entry   history.Entry
	deleted bool
	remains error // why what it held may be in the file still
	err     error
}

// resend sends the request of an entry again, the same but for a new id. It asks once where that
// loses something.
func (s *historyScreen) resend(e history.Entry) tea.Cmd {
	m := s.m
	again, err := iqbuilder.Change(e.Stanza, iqbuilder.ID(m.newID()))
	if err != nil {
		m.notice.complain(fmt.Errorf("not sent: %w", err))
		return nil
	}
	once := confirmation{historylist.Resend, e.Stanza.XML()}
	if danger := m.kinds.danger(e.Stanza); danger != "" && m.confirm != once {
		m.confirm = once
		m.notice.warn("? " + danger + " " + s.key(historylist.Resend) + " once more sends it; any other key keeps it.")
		return nil
	}
	m.confirm = confirmation{}
	m.overlays.close(s)
	m.desk.show(layout.Pending)
	return m.outbox.send(outgoing{stanza: again, timeout: timeoutOf(e.Exchange)})
}

// edit takes the request of an entry into the composer, with a new id.
func (s *historyScreen) edit(e history.Entry) {
	m := s.m
	if !m.load(e.Stanza.XML()) {
		return
	}
	m.overlays.close(s)
	m.desk.composer.Do(compose.FreshID)
	if e.Hidden {
		m.notice.warn("Secrets of this request were hidden before it was kept: write them anew.")
	}
}

// askTags asks for the tags of an entry.
func (s *historyScreen) askTags(e history.Entry) {
	hint := safetext.Const("words with spaces between them; nothing takes them all away")
	s.m.ask(prompt.New(safetext.Const("Tags: "), hint, strings.Join(e.Tags, " ")), func(answer string) (tea.Cmd, error) {
		tags := strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' })
		slices.Sort(tags)
		tags = slices.Compact(tags)
		return s.change(e, history.Change{Tags: &tags}), nil
	})
}

// askNote asks for the note on an entry.
func (s *historyScreen) askNote(e history.Entry) {
	p := prompt.New(safetext.Const("Note: "), safetext.Const("what is worth knowing of it; nothing takes it away"), e.Note)
	s.m.ask(p, func(note string) (tea.Cmd, error) { return s.change(e, history.Change{Note: &note}), nil })
}

// change returns a command that changes an entry.
func (s *historyScreen) change(e history.Entry, c history.Change) tea.Cmd {
	past, ctx := s.m.kept.past, s.m.kept.ctx
	return func() tea.Msg {
		err := past.Change(ctx, e.ID, c)
		if c.Tags != nil {
			e.Tags = *c.Tags
		}
		if c.Note != nil {
			e.Note = *c.Note
		}
		if c.Pinned != nil {
			e.Pinned = *c.Pinned
		}
		return HistoryEntryChanged{screen: s, entry: e, err: err}
	}
}

// delete deletes an entry; it asks once.
func (s *historyScreen) delete(e history.Entry) tea.Cmd {
	once := confirmation{historylist.Delete, fmt.Sprint(e.ID)}
	if s.m.confirm != once {
		s.m.confirm = once
		pinned := ""
		if e.Pinned {
			pinned = "it is pinned; "
		}
		s.m.notice.warn("? " + pinned + s.key(historylist.Delete) + " again deletes " + entryName(e).String() + " from the history for good; any other key keeps it.")
		return nil
	}
	s.m.confirm = confirmation{}
	past, ctx := s.m.kept.past, s.m.kept.ctx
	return func() tea.Msg {
		n, err := past.Delete(ctx, e.ID) // none if it has gone, which is what is wanted
		if n > 0 && err != nil {
			return HistoryEntryChanged{screen: s, entry: e, deleted: true, remains: err}
		}
		return HistoryEntryChanged{screen: s, entry: e, deleted: true, err: err}
	}
}

// longestName is how many cells of an address are shown where an entry is named.
const longestName = 60

// entryName names an entry in a sentence.
func entryName(e history.Entry) safetext.Text {
	name := safetext.Join(" ", words.Kind(e.Stanza), words.Payload(e.Stanza).Truncate(longestName))
	if to := e.Stanza.To(); to != "" {
		name = safetext.Join(" ", name, safetext.Const("→"), words.Address(to).Truncate(longestName))
	}
	return safetext.Concat(safetext.CleanLine("#"+words.Count(e.ID)+", "), name)
}

// changed shows an entry as it is now, or says why it is not changed.
func (s *historyScreen) changed(c HistoryEntryChanged) {
	switch {
	case errors.Is(c.err, history.ErrNotFound):
		s.gone(c.entry.ID)
		s.m.notice.complain(errors.New("the entry has been deleted meanwhile"))
	case c.err != nil && c.deleted:
		s.m.notice.complain(fmt.Errorf("not deleted: %w", c.err))
	case c.err != nil:
		s.m.notice.complain(fmt.Errorf("not changed: %w", c.err))
	case c.remains != nil:
		s.gone(c.entry.ID)
		s.m.notice.complain(fmt.Errorf("deleted, but what it held may be in the file still: %w", c.remains))
	case c.deleted:
		s.gone(c.entry.ID)
		s.m.notice.tell("deleted " + entryName(c.entry).String())
	default:
		s.said = said{}
		s.Changed(c.entry)
		if s.whole != nil && s.whole.entry.ID == c.entry.ID {
			s.whole.entry = c.entry
		}
	}
}

// gone takes an entry out of what is shown.
func (s *historyScreen) gone(id int64) {
	s.Removed(id)
	if s.whole != nil && s.whole.entry.ID == id {
		s.whole = nil
	}
}

// entrySource is what can be copied of an entry.
func (m *Model) entrySource(e history.Entry) source {
	of := source{sends: m.sends}
	if e.Stanza != nil {
		of.Subject = entrySubject(e, false)
	}
	if of.reply = e.Reply; of.reply == nil {
		of.reply = e.Late
	}
	return of
}
