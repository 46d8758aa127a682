package tui

import (
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/tui/compose"
	"iqscope/tui/keys"
)

// candidateActions are those of the list of what can stand at the cursor.
func candidateActions() []action {
	in := func(name keys.Action, help, bound, footer string) action {
		return action{name: name, help: help, at: []place{{keys.Completing, bound, footer, ""}}, harmless: true, keysOnly: true}
	}
	show := action{name: compose.ShowCandidates, help: "what can stand at the cursor", at: []place{{keys.Edit, "ctrl+@", "", ""}}, harmless: true}
	return []action{
		in(compose.TakeCandidate, "take what is chosen; a new line if nothing is", "enter", "take"),
		in(compose.NextCandidate, "the next that can stand here", "tab down", "next"),
		in(compose.PrevCandidate, "the one before it", "shift+tab up", ""),
		in(compose.CloseCandidates, "close the list", "esc", "close"),
		show,
	}
}

const (
	// seenEntries is how far back the log is looked through for addresses.
	seenEntries = 300
	// mostAddresses is how many are offered.
	mostAddresses = 50
)

// addresses are those that may be asked: one's own, the server's, and those that were met last.
func (k *known) addresses() []catalog.Address {
	var all []catalog.Address
	there := map[string]bool{}
	add := func(jid, help string) {
		if jid != "" && !there[jid] && len(all) < mostAddresses {
			there[jid] = true
			all = append(all, catalog.Address{JID: jid, Help: help})
		}
	}
	own := k.status.JID
	add(own.Domain(), "your server")
	add(own.Bare().String(), "your account")
	add(own.String(), "you")
	log := k.session.Journal()
	newest := log.Stats().Last
	entries := log.Window(nil, newest-min(newest, seenEntries)+1, seenEntries)
	for i := len(entries) - 1; i >= 0; i-- {
		if st := entries[i].Stanza; st != nil {
			if entries[i].Dir == stanza.In {
				add(st.From(), "seen in the log")
			}
			add(st.To(), "seen in the log")
		}
	}
	return all
}
