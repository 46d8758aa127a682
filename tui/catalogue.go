package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// catalogue is what can be asked. It is loaded beside the screen, for that takes as long as a frame.
type catalogue struct {
	load   func() (*catalog.Catalog, error) // with one's own kinds; nil for what is built in alone
	loaded *catalog.Catalog                 // nil until it is
	asked  bool                             // for that
	early  bool                             // it was asked for on account of a reply to come
}

// get is what is known now.
func (c *catalogue) get() *catalog.Catalog {
	if c.loaded != nil {
		return c.loaded
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

// fetchEarly loads it for what a first reply says. It does so once, whatever is wrong with a file.
func (c *catalogue) fetchEarly() tea.Cmd {
	if c.early {
		return nil
	}
	c.early = true
	return c.fetch()
}

// takeCatalogue shows what was loaded. What is wrong with a file is said, and then there is the rest.
func (m *Model) takeCatalogue(msg CatalogueLoaded) {
	m.catalogue.loaded = msg.Catalog
	known := func() *catalog.Catalog { return msg.Catalog }
	m.desk.inspect.SetKinds(known)
	m.desk.pending.SetKinds(known)
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
	if kinds := c.get().KindsOf(st); len(kinds) > 0 {
		return kinds[0]
	}
	return nil
}
