package negotiate

import (
	"sync"

	"iqscope/iqbuilder/stanza"
)

// NewMemory returns a memory that lasts as long as the program. It is safe for
// concurrent use.
func NewMemory() Memory {
	return &memory{best: make(map[stanza.JID]string)}
}

type memory struct {
	mu   sync.Mutex
	best map[stanza.JID]string
}

func (m *memory) Mechanism(account stanza.JID) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.best[account.Bare()]
}

func (m *memory) Worked(account stanza.JID, mechanism string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.best[account.Bare()] = mechanism
}

// remembered is the mechanism that worked for this account before.
func (a *authentication) remembered() string {
	if a.cfg.Memory == nil {
		return ""
	}
	return a.cfg.Memory.Mechanism(a.cfg.JID.Bare())
}

// remember notes a login that worked. The memory never gets worse by it: after
// one login by a weaker mechanism, asked for by name, the account is protected as
// before. A login without the password says nothing about the password.
func (a *authentication) remember(m *mechanism) {
	if a.cfg.Memory == nil || !m.asks {
		return
	}
	now, _ := rank(m.name)
	if before, known := rank(a.remembered()); !known || now < before {
		a.cfg.Memory.Worked(a.cfg.JID.Bare(), m.name)
	}
}
