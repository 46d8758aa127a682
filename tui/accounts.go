package tui

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/tui/keys"
	"iqscope/tui/palette"
)

// SwitchAccount goes on as somebody else.
const SwitchAccount keys.Action = "account"

// Account is one that the screen can go on as.
type Account struct {
	Name  string // of a profile, or an address at the built-in server
	About string // whose it is, and where
}

// Switch is what [Run] returns when the user wants to go on as another account: the screen has ended,
// and whoever ran it runs it anew.
type Switch struct {
	Account string // the name of one of the accounts
	Draft   string // what stands in the composer, to go on with
}

// Error makes it an error that says what it is.
func (s *Switch) Error() string { return "the screen goes on as " + s.Account }

// AccountsListed is the event that the accounts were read.
type AccountsListed struct {
	Accounts []Account
	Err      error
	To       string // the one that was asked for by name; empty for a choice
}

func accountActions() []action {
	return []action{{
		name: SwitchAccount, help: "go on as another account or profile", window: true, at: []place{{keys.Panes, "alt+s", "", ""}, {keys.Overlay, "alt+s", "", ""}},
		can: needs("there is no other account here", func(m *Model) bool { return m.accounts != nil }),
		do:  func(m *Model) tea.Cmd { return m.listAccounts("") },
		argument: &argument{
			what: "NAME", do: func(m *Model, name string) (tea.Cmd, error) { return m.listAccounts(name), nil },
		},
	}}
}

// listAccounts reads which accounts there are, after asking once when requests wait: they end with
// the session.
func (m *Model) listAccounts(to string) tea.Cmd {
	if !m.confirmed(SwitchAccount, m.table.keyFor(keys.Panes, SwitchAccount), "goes on to another account") {
		return nil
	}
	accounts := m.accounts
	return func() tea.Msg {
		all, err := accounts()
		return AccountsListed{all, err, to}
	}
}

// accountsListed goes to the account that was asked for, or lets one be chosen.
func (m *Model) accountsListed(l AccountsListed) tea.Cmd {
	switch {
	case l.Err != nil:
		m.notice.complain(l.Err)
		return nil
	case l.To == "":
		var choices []choice
		for _, a := range l.Accounts {
			choices = append(choices, choice{
				palette.Item{Name: a.Name, Title: a.About, Enabled: true},
				func() tea.Cmd { return m.switchTo(a.Name) },
			})
		}
		m.choose(safetext.Const("Go on as"), choices)
		return nil
	case !slices.ContainsFunc(l.Accounts, func(a Account) bool { return a.Name == l.To }):
		m.notice.complain(fmt.Errorf("there is no profile and no built-in account %q; %s lists them", l.To, m.table.keyFor(keys.Panes, SwitchAccount)))
		return nil
	}
	return m.switchTo(l.To)
}

// switchTo ends the screen for another account's.
func (m *Model) switchTo(name string) tea.Cmd {
	m.switched = &Switch{Account: name, Draft: m.desk.draft.Text()}
	if m.rules.quits() {
		return tea.Quit
	}
	m.notice.warn("The rules are being saved.") // and then it ends
	return nil
}
