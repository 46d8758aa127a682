package inspect

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/highlight"
	"iqscope/tui/keys"
	"iqscope/tui/outline"
	"iqscope/tui/pane"
	"iqscope/tui/pretty"
)

// hostile are stanzas that are as awkward to show as a peer can make them.
func hostile() map[string]string {
	return map[string]string{
		"1 MiB in one line":              "<iq type='result' id='a'><query xmlns='jabber:iq:version'><name>" + strings.Repeat("word \u00e9\u4e16&amp;", 1_000_000/15) + "</name></query></iq>",
		"1 MiB without a space":          "<iq type='error' id='a'><error type='cancel'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>" + strings.Repeat("\u4e16", 1_000_000/3) + "</text></error></iq>",
		"100,000 children":               "<iq type='result' id='a'><query xmlns='jabber:iq:roster'>" + strings.Repeat("<item/>", 100_000) + "</query></iq>",
		"an attribute of 10,000 columns": "<iq type='result' id='a'><query xmlns='jabber:iq:version' x='" + strings.Repeat("0123456789", 1000) + "'/></iq>",
		"10,000 elements in an error":    "<iq type='error' id='a'><error type='cancel'><x xmlns='urn:x'>" + strings.Repeat("<y a='1' b='2' c='3' d='\u202e'/>", 10_000) + "</x></error></iq>",
	}
}

// tour looks at a subject in each view, at two widths, scrolling, folding, and going sideways, and
// returns the longest that one step kept the update loop, and which that was.
func tour(st *stanza.Stanza) (longest time.Duration, which string) {
	theme := themes.Dark(nil)
	p := New(theme, pretty.New(highlight.New(theme)))
	v := &session.Exchange{Serial: 2, Stanza: st, Reply: st, Outcome: stanza.OutcomeResult}
	e := *v
	e.Serial = 1
	subject := &Subject{Number: 1, Entry: journal.Entry{Seq: 1, Dir: stanza.In, Stanza: st}, Request: v, Earlier: &e}
	measured := func(what string, do func()) {
		start := time.Now()
		do()
		if took := time.Since(start); took > longest {
			longest, which = took, what
		}
	}
	step := func(what string, width int, action keys.Action) {
		var cmd tea.Cmd
		measured(what, func() {
			p.SetSubject(subject)
			p.Do(action)
			cmd = p.Prepare(pane.Look{Width: width, Height: 40, Theme: theme, Now: now, Focused: true})
			p.View()
			p.Info()
		})
		for cmd != nil {
			msg := cmd() // away from the update loop
			if batch, ok := msg.(tea.BatchMsg); ok {
				cmd = nil
				for _, c := range batch {
					if c != nil {
						cmd = c
					}
				}
				continue
			}
			measured(what+", accepted", func() {
				if !p.printer.Accept(msg) {
					p.Accept(msg)
				}
				cmd = p.Prepare(pane.Look{Width: width, Height: 40, Theme: theme, Now: now, Focused: true})
				p.View()
			})
		}
	}
	for shown := range views {
		p.SetSubject(subject)
		p.choose(shown)
		for _, width := range []int{60, 120} {
			for _, action := range []keys.Action{"", keys.Down, keys.PageDown, keys.End, outline.FoldAll, outline.Fold, outline.UnfoldAll, keys.Home, keys.ToggleWrap, outline.Right, keys.End, keys.ToggleWrap} {
				step(fmt.Sprintf("%s of %s at %d", action, names[shown], width), width, action)
			}
		}
	}
	return longest, which
}

// BenchmarkTheLongestStep reports how long the slowest single step of a tour through a hostile
// stanza keeps the update loop.
func BenchmarkTheLongestStep(b *testing.B) {
	for name, xml := range hostile() {
		st, err := stanza.Parse(xml, stanza.ClientScope())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			var longest time.Duration
			var which string
			for b.Loop() {
				if took, what := tour(st); took > longest {
					longest, which = took, what
				}
			}
			b.ReportMetric(float64(longest), "ns/longest")
			b.Log(which)
		})
	}
}
