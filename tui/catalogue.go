package tui

import (
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// kinds is what can be asked. It is loaded beside the screen, for that takes as long as a frame.
type kinds struct {
	load   func() (*catalog.Catalog, error) // with one's own kinds; nil for what is built in alone
	loaded atomic.Pointer[catalog.Catalog]  // nil until it is; commands look at it, too
	asked  bool                             // for that
	then   func() tea.Cmd                   // done when it was loaded, or not; nil for nothing
}

// get is what is known now.
func (k *kinds) get() *catalog.Catalog {
	if all := k.loaded.Load(); all != nil {
		return all
	}
	return catalog.Builtin()
}

// danger says what a request loses, in a sentence; empty for nothing. Only a set does.
func (k *kinds) danger(st *stanza.Stanza) string {
	if st.Type() != stanza.Set {
		return ""
	}
	kind := k.kindOf(st)
	if kind == nil {
		return ""
	}
	return kind.Danger
}

// fetch loads it, once.
func (k *kinds) fetch() tea.Cmd {
	if k.asked {
		return nil
	}
	k.asked = true
	load := k.load
	return func() tea.Msg {
		if load == nil {
			return CatalogueLoaded{Catalog: catalog.Builtin()}
		}
		all, err := load()
		return CatalogueLoaded{all, err}
	}
}

// takeCatalogue shows what was loaded. What is wrong with a file is said, and then there is the rest.
func (m *Model) takeCatalogue(msg CatalogueLoaded) tea.Cmd {
	then := m.kinds.then
	m.kinds.then = nil
	m.kinds.loaded.Store(msg.Catalog)
	if msg.Err != nil {
		m.notice.complain(msg.Err)
		m.kinds.asked = false // it may be mended until the next time
	}
	if then == nil {
		return nil
	}
	return then()
}

// kindOf is the request kind of a stanza; nil for none that is known.
func (k *kinds) kindOf(st *stanza.Stanza) *catalog.Kind {
	if st == nil || !st.IsRequest() {
		return nil
	}
	if all := k.get().KindsOf(st); len(all) > 0 {
		return all[0]
	}
	return nil
}
