package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// catalogue is what can be asked. It is not looked at before something needs it.
type catalogue struct {
	load  func() (*catalog.Catalog, error) // with one's own kinds; nil for what is built in alone
	own   *catalog.Catalog                 // nil until it was loaded
	asked bool                             // for that
}

// CatalogueLoaded is the event that one's own kinds were read, or why not.
type CatalogueLoaded struct {
	Catalog *catalog.Catalog
	Err     error
}

// get is what is known now.
func (c *catalogue) get() *catalog.Catalog {
	if c.own != nil {
		return c.own
	}
	return catalog.Builtin()
}

// fetch reads one's own kinds, once.
func (c *catalogue) fetch() tea.Cmd {
	if c.asked || c.load == nil {
		return nil
	}
	c.asked = true
	load := c.load
	return func() tea.Msg {
		own, err := load()
		return CatalogueLoaded{own, err}
	}
}

// take shows what was read. What is wrong with a file is said, and then there is what is built in.
func (m *Model) takeCatalogue(msg CatalogueLoaded) {
	if msg.Err != nil {
		m.notice.complain(msg.Err)
		m.catalogue.asked = false // it may be mended until the next time
		return
	}
	m.catalogue.own = msg.Catalog
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
