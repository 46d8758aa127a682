package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder/stanza"
)

// Meaning is what a condition means in answer to the payloads of a namespace, where it means
// something of its own.
type Meaning struct {
	Namespace string   `toml:"namespace"`
	Condition string   `toml:"condition"`
	Text      string   `toml:"text"`  // one to three sentences
	Fault     string   `toml:"fault"` // whose doing it likely is: ours, theirs, network or nobody
	Try       []string `toml:"try"`   // sentences, the best first
	Section   string   `toml:"section"`
}

// faults are whose doing a failure can be.
var faults = []string{"ours", "theirs", "network", "nobody"}

// answered is a condition in answer to a payload of a namespace.
type answered struct{ space, condition string }

// Meaning is what a condition means in answer to a payload of the namespace; nil for nothing of its
// own.
func (c *Catalog) Meaning(space, condition string) *Meaning {
	return c.meanings[answered{space, condition}]
}

// Meanings are all of them, by namespace and condition.
func (c *Catalog) Meanings() []*Meaning {
	return slices.SortedFunc(maps.Values(c.meanings), func(a, b *Meaning) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Condition, b.Condition))
	})
}

// enterMeaning enters one. A file of one's own may give another to what is built in.
func (b *builder) enterMeaning(d decoded, m *Meaning, i int) {
	key := answered{m.Namespace, m.Condition}
	twice := slices.ContainsFunc(d.Meanings[:i], func(n Meaning) bool { return answered{n.Namespace, n.Condition} == key })
	near := nearest.Word(m.Condition, stanza.Conditions(), 2)
	switch known := stanza.IsCondition(m.Condition); { // some documents have one that no RFC knows
	case !known && (near != "" || !ncName(m.Condition)):
		b.wrong(d, stanza.CheckCondition(m.Condition).Error(), "meaning", i, "condition")
	case twice:
		b.wrong(d, fmt.Sprintf("what %s means there is said already", m.Condition), "meaning", i, "condition")
	case m.Text == "" || m.Fault == "" || len(m.Try) == 0:
		b.wrong(d, "a meaning has a text, a fault and what to try", "meaning", i, "text")
	default:
		b.meanings[key] = m
	}
}

// checkMeaning looks whether there is a payload that is answered so.
func (b *builder) checkMeaning(d decoded, m *Meaning, i int) {
	for name := range b.named {
		if name.Space == m.Namespace {
			return
		}
	}
	b.wrong(d, fmt.Sprintf("there is no payload in the namespace %.60q", m.Namespace), "meaning", i, "namespace")
}
