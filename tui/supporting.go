package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/session/disco"
	"iqscope/tui/picker"
)

// supporting says what whom the draft is for supports, and one's own account, by what was discovered.
type supporting struct {
	to          string
	target, own disco.Facts
}

// supporter is of the draft as it is now.
func (m *Model) supporter() picker.Supporter {
	to, cache := m.desk.draft.to(), m.session.Discovered()
	return supporting{to, cache.Facts(to), cache.Facts("")}
}

// Support says whether the request would be supported where it would go. Of one that is asked of
// others than the address is, nothing is known: it gets another address.
func (s supporting) Support(k *catalog.Kind) (picker.Support, string) {
	facts, who := s.target, s.to
	if isOwn(k, s.to) || s.to == "" {
		facts, who = s.own, "Your account"
	}
	if !facts.Fits(k) {
		return picker.Unknown, ""
	}
	switch answer, why := disco.Support(k, facts); answer {
	case disco.Yes:
		return picker.Supported, who + " " + why
	case disco.No:
		return picker.Unsupported, who + " " + why
	}
	return picker.Unknown, ""
}

// discoverTarget asks whom the draft is for, one's own account and their servers what they can do, if
// that may be done unasked and was not done yet.
func (m *Model) discoverTarget() tea.Cmd {
	if !m.unasked || !m.known.online() {
		return nil
	}
	session, now, to := m.session, m.now(), m.desk.draft.to()
	facts := session.Discovered().Facts(to)
	asked := map[string]bool{}
	var cmds []tea.Cmd
	for _, jid := range []string{to, facts.JID.Host().String(), "", m.known.status.JID.Domain()} {
		if asked[jid] || session.Discovered().Get(jid, "").Infos.Fresh(now) {
			continue
		}
		asked[jid] = true
		cmds = append(cmds, func() tea.Msg {
			_ = session.Discover(disco.Query{JID: jid}) // what is no address yet is typed on
			return nil
		})
	}
	return tea.Batch(cmds...)
}
