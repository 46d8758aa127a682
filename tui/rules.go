package tui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/session/rule"
	"iqscope/tui/words"
)

// keeper saves the rules of the book after each change. The book has one saving follow the other,
// so that the last word is the newest.
type keeper struct {
	book   *rule.Book
	saving int  // how many savings are under way
	last   bool // the program ends when they are done
	warned bool // that the rules are kept nowhere
}

// keep saves the rules.
func (k *keeper) keep() tea.Cmd {
	if !k.book.Kept() {
		return nil
	}
	k.saving++
	save := k.book.Save
	return func() tea.Msg { return RulesSaved{save()} }
}

// lost says, the first time, that rules are kept nowhere.
func (k *keeper) lost() bool {
	lost := !k.book.Kept() && !k.warned
	k.warned = k.warned || lost
	return lost
}

// quits reports whether the program can end now. Asked again, it does not wait until the rules are
// saved.
func (k *keeper) quits() bool {
	if k.saving == 0 || k.last {
		return true
	}
	k.last = true
	return false
}

// rulesSaved says if the rules could not be saved, and ends the program if it was waiting for that.
func (m *Model) rulesSaved(err error) tea.Cmd {
	k := m.rules
	k.saving--
	if k.saving > 0 {
		return nil // the next one saves all that there is to save
	}
	last := k.last
	k.last = false
	switch {
	case err != nil: // which nobody would read if the program ended now
		m.notice.complain(fmt.Errorf("the rules work, but could not be saved: %s", words.Sentence(err.Error())))
	case last:
		return tea.Quit
	}
	return nil
}
