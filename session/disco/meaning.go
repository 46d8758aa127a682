package disco

import (
	"cmp"
	"slices"
	"strings"

	"iqscope/iqbuilder/catalog"
)

// Meaning is what the catalogue knows of a feature. The zero value is nothing.
type Meaning struct {
	Document string // such as XEP-0313
	Title    string // of the document
	About    string
	Kinds    []*catalog.Kind // what can be asked of who announces it, by key
}

// Meanings are those of all features that a catalogue knows. They are made once, and safe for
// concurrent use.
type Meanings map[string]Meaning

// NewMeanings are those of a catalogue.
func NewMeanings(c *catalog.Catalog) Meanings {
	all := Meanings{}
	for _, k := range c.Kinds() {
		for _, feature := range features(k) {
			m := all[feature]
			// The words of the document that defines the payload go before those of one that uses it.
			if m.Document == "" || k.Document == k.Payload.Document && feature == k.Payload.Feature {
				m.Document, m.Title, m.About = k.Payload.Document, k.Payload.Title, k.Payload.About
			}
			m.Kinds = append(m.Kinds, k)
			all[feature] = m
		}
	}
	return all
}

// features are those whose announcement means a kind.
func features(k *catalog.Kind) []string {
	if k.Service != "" && !isIdentity(k.Service) {
		return []string{k.Service}
	}
	if k.Service != "" { // its payload is asked of many others for other reasons
		return nil
	}
	if feature := cmp.Or(k.Payload.Feature, k.Payload.Namespace); feature != "" {
		return []string{feature}
	}
	return nil
}

// Of is the meaning of a feature. Of one with a part behind a #, which nobody knows as a whole, it is
// that of what stands before it; the kinds are then those of which the part is the verb, if there
// are such.
func (all Meanings) Of(feature string) (m Meaning, known bool) {
	if m, known = all[feature]; known {
		return m, true
	}
	base, part, ok := cutLast(feature, "#")
	if m, known = all[base]; !ok || !known {
		return Meaning{}, false
	}
	kinds := slices.DeleteFunc(slices.Clone(m.Kinds), func(k *catalog.Kind) bool { return k.VerbWord() != part })
	if len(kinds) > 0 {
		m.Kinds = kinds
	}
	return m, true
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// Choice is a value to choose from, with the name that it has for people.
type Choice struct{ Value, Name string }

// Addresses are those that a list of items has, each once: where to ask next.
func Addresses(items []Item) []Choice {
	return choices(items, func(i Item) string { return i.JID })
}

// Nodes are those of a target's items.
func Nodes(items []Item) []Choice { return choices(items, func(i Item) string { return i.Node }) }

func choices(items []Item, of func(Item) string) []Choice {
	var all []Choice
	seen := map[string]bool{}
	for _, i := range items {
		if value := of(i); value != "" && !seen[value] {
			seen[value] = true
			all = append(all, Choice{value, i.Name})
		}
	}
	return all
}
