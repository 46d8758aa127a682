package demo

import (
	"slices"
	"sync"

	"iqscope/iqbuilder/stanza"
)

// blocklists are whom each account wants to hear nothing of. It is safe for
// concurrent use.
type blocklists struct {
	mu        *sync.Mutex
	byAccount map[string][]stanza.JID
}

func newBlocklists() blocklists {
	return blocklists{new(sync.Mutex), make(map[string][]stanza.JID)}
}

func (b blocklists) of(account string) []stanza.JID {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.byAccount[account])
}

// add enters addresses; false when there are too many.
func (b blocklists) add(account string, jids []stanza.JID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := slices.Clone(b.byAccount[account])
	bytes := 0
	for _, j := range jids {
		if !slices.Contains(all, j) {
			all = append(all, j)
		}
	}
	for _, j := range all {
		bytes += len(j.String())
	}
	if len(all) > maxBlocked || bytes > maxListBytes {
		return false
	}
	b.byAccount[account] = all
	return true
}

// remove takes addresses out; with none given, all.
func (b blocklists) remove(account string, jids []stanza.JID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(jids) == 0 {
		delete(b.byAccount, account)
		return
	}
	b.byAccount[account] = slices.DeleteFunc(slices.Clone(b.byAccount[account]), func(j stanza.JID) bool {
		return slices.Contains(jids, j)
	})
}

// blocks says whether the account has blocked an address: as it stands, without
// its resource, or its domain with or without the resource (XEP-0191 §2, as
// XEP-0016 §2.1 has it).
func (b blocklists) blocks(account string, jid stanza.JID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.byAccount[account]
	if len(all) == 0 || jid.IsZero() {
		return false
	}
	host := jid.Host()
	atHost, err := host.WithResource(jid.Resource())
	return slices.ContainsFunc(all, func(j stanza.JID) bool {
		return j == jid || j == jid.Bare() || j == host || err == nil && j == atHost
	})
}
