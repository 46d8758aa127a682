package catalog

import (
	"slices"
	"strings"
)

// Search are the kinds, by key, in which each of the words stands: in key, alias, title, document,
// namespace, element or verb, whatever the case. No words find all.
func (c *Catalog) Search(words ...string) []*Kind {
	return slices.DeleteFunc(c.Kinds(), func(k *Kind) bool {
		text := strings.ToLower(strings.Join(append([]string{
			k.Key, k.Title, k.Document, k.Payload.Namespace, k.Payload.Element, k.Verb,
		}, k.Aliases...), "\n"))
		return slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) })
	})
}
