package catalog

import (
	"cmp"
	"slices"
	"sync"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

func init() {
	iqbuilder.KnowAlso(func(space string) []iqbuilder.Known { return requests()[space] })
}

// requests are the payloads by which one asks, by namespace, those of settled documents first.
var requests = sync.OnceValue(func() map[string][]iqbuilder.Known {
	kinds := Builtin().Kinds()
	slices.SortStableFunc(kinds, func(a, b *Kind) int {
		if a.Settled() == b.Settled() {
			return cmp.Compare(a.Key, b.Key)
		}
		return settledFirst(a.Source)
	})
	all := map[string][]iqbuilder.Known{}
	for _, k := range kinds {
		space := k.Payload.Namespace
		i := slices.IndexFunc(all[space], func(known iqbuilder.Known) bool { return known.Name == k.Payload.Name() })
		if i < 0 {
			i = len(all[space])
			all[space] = append(all[space], iqbuilder.Known{Name: k.Payload.Name()})
		}
		known := &all[space][i]
		known.Get, known.Set = known.Get || k.Type == stanza.Get, known.Set || k.Type == stanza.Set
	}
	return all
})
