package tui

import (
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// catalogue is what can be asked. It is loaded beside the screen, for that takes as long as a frame.
type catalogue struct {
	load   func() (*catalog.Catalog, error) // with one's own kinds; nil for what is built in alone
	loaded atomic.Pointer[catalog.Catalog]  // nil until it is; commands look at it, too
	asked  bool                             // for that
}

// get is what is known now.
func (c *catalogue) get() *catalog.Catalog {
	if all := c.loaded.Load(); all != nil {
		return all
	}
	return catalog.Builtin()
}

// fetch loads it, once.
func (c *catalogue) fetch() tea.Cmd {
	if c.asked {
		return nil
	}
	c.asked = true
	load := c.load
	return func() tea.Msg {
		if load == nil {
			return CatalogueLoaded{Catalog: catalog.Builtin()}
		}
		all, err := load()
		return CatalogueLoaded{all, err}
	}
}

// takeCatalogue shows what was loaded. What is wrong with a file is said, and then there is the rest.
func (m *Model) takeCatalogue(msg CatalogueLoaded) {
	m.catalogue.loaded.Store(msg.Catalog)
	if msg.Err != nil {
		m.notice.complain(msg.Err)
		m.catalogue.asked = false // it may be mended until the next time
	}
}

// kindOf is the request kind of a stanza; nil for none that is known.
func (c *catalogue) kindOf(st *stanza.Stanza) *catalog.Kind {
	if st == nil || !st.IsRequest() {
		return nil
	}
	if all := c.get().KindsOf(st); len(all) > 0 {
		return all[0]
	}
	return nil
}
