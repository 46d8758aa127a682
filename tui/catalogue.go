package tui

import (
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// kinds is what can be asked. It is not looked at before something needs it.
type kinds struct {
	load  func() (*catalog.Catalog, error) // with one's own kinds; nil for what is built in alone
	own   atomic.Pointer[catalog.Catalog]  // nil until it was loaded; commands look at it, too
	asked bool                             // for that
	then  func() tea.Cmd                   // done when it was loaded, or not; nil for nothing
}

// CatalogueLoaded is the event that one's own kinds were read, or why not.
type CatalogueLoaded struct {
	Catalog *catalog.Catalog
	Err     error
}

// get is what is known now.
func (k *kinds) get() *catalog.Catalog {
	if own := k.own.Load(); own != nil {
		return own
	}
	return catalog.Builtin()
}

// fetch reads one's own kinds, once.
func (k *kinds) fetch() tea.Cmd {
	if k.asked || k.load == nil {
		return nil
	}
	k.asked = true
	load := k.load
	return func() tea.Msg {
		own, err := load()
		return CatalogueLoaded{own, err}
	}
}

// takeCatalogue shows what was read. What is wrong with a file is said, and then there is what is
// built in.
func (m *Model) takeCatalogue(msg CatalogueLoaded) tea.Cmd {
	then := m.kinds.then
	m.kinds.then = nil
	switch {
	case msg.Err != nil:
		m.notice.complain(msg.Err)
		m.kinds.asked = false // it may be mended until the next time
		return nil
	default:
		m.kinds.own.Store(msg.Catalog)
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
