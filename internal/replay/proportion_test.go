//go:build !race

package replay

import (
	"fmt"
	"testing"
	"time"
)

// TestPlayingTakesTimeInProportion would take many minutes if any of it were quadratic.
func TestPlayingTakesTimeInProportion(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const many = 100_000
	for name, each := range map[string]func(i int) []Item{
		"requests without an answer": func(i int) []Item { return []Item{said(t, 1, out, ask(fmt.Sprint(i), "example.com"))} },
		"one id, asked of us": func(int) []Item {
			return []Item{said(t, 1, in, `<iq type="get" id="a" from="a@b"><q xmlns="q"/></iq>`)}
		},
		"messages and errors": func(i int) []Item {
			return []Item{said(t, 1, out, "<message id='m' to='a@b'/>"), said(t, 1, in, "<message type='error' id='x' from='a@b'/>")}
		},
		"accounts":    func(i int) []Item { return []Item{said(t, 1, in, fmt.Sprintf("<message to='a@b/%d'/>", i))} },
		"bound anew":  func(i int) []Item { return append(login(t), said(t, 1, out, ask(fmt.Sprint(i), "example.com"))) },
		"one id, out": func(i int) []Item { return []Item{said(t, 1, out, ask("a", "example.com"))} },
	} {
		var items []Item
		for i := 0; len(items) < many; i++ {
			items = append(items, each(i)...)
		}
		began := time.Now()
		Play(items, Options{})
		if took := time.Since(began); took > time.Minute {
			t.Errorf("%d %s took %v", many, name, took)
		}
	}
}
