//go:build !race

package iqbuilder

import (
	"testing"

	"iqscope/iqbuilder/stanza"
)

// The race detector empties pools, and has allocations of its own.
func TestARequestCostsFewAllocations(t *testing.T) {
	if got := testing.AllocsPerRun(100, func() { NewID() }); got > 1 {
		t.Errorf("an id costs %v allocations", got)
	}
	got := testing.AllocsPerRun(100, func() {
		if _, err := Get(WithQuery(stanza.NSDiscoInfo), To("user@example.com")); err != nil {
			t.Fatal(err)
		}
	})
	if got > 8 {
		t.Errorf("a request costs %v allocations", got)
	}
}
