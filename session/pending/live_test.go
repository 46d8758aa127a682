package pending

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever comes and goes in whatever order, the table holds what a map would, and grows and is emptied
// with it. Many keys have the same hash here, and more of them neighbouring ones.
func TestRequestsInFlightAreFoundLikeInAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, want := newLive(), map[key]*Request{}
		numbers := rapid.IntRange(0, 150)
		named := func(n int) (key, uint64) { return key(fmt.Sprint("q", n)), uint64(n % 100) }
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				for range rapid.IntRange(1, 60).Draw(t, "how many") {
					k, hash := named(numbers.Draw(t, "number"))
					if want[k] == nil {
						want[k] = &Request{key: k, hash: hash}
						l.add(want[k])
					}
				}
			},
			"remove": func(t *rapid.T) {
				for range rapid.IntRange(1, 60).Draw(t, "how many") {
					k, _ := named(numbers.Draw(t, "number"))
					if r := want[k]; r != nil {
						l.remove(r)
						delete(want, k)
					}
				}
			},
			"remove all": func(*rapid.T) {
				for k, r := range want {
					l.remove(r)
					delete(want, k)
				}
				if len(l.slots) != fewestSlots {
					t.Fatalf("%d slots of an empty table", len(l.slots))
				}
			},
			"": func(t *rapid.T) {
				for n := range 151 {
					k, hash := named(n)
					if got := l.get(k, hash); got != want[k] {
						t.Fatalf("%s is %p, want %p", k, got, want[k])
					}
				}
				all := slices.Collect(l.all())
				if l.len != len(want) || len(all) != len(want) {
					t.Fatalf("%d, of which %d are listed; want %d", l.len, len(all), len(want))
				}
				for _, r := range want {
					if !slices.Contains(all, r) {
						t.Fatalf("%s is not listed", r.key)
					}
				}
				if l.len > len(l.slots)/4*3 {
					t.Fatalf("%d of %d slots are taken", l.len, len(l.slots))
				}
			},
		})
	})
}
