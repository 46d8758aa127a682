// Package catalog knows what can be asked: the payloads that documents define, and the request kinds
// that carry them, with their fields, whom to ask, what comes back, and what it means in words.
//
//	kind, _ := catalog.Builtin().Kind("disco_info")
//	payload, err := kind.XML(catalog.Values{"node": {"config"}})
//	iq, err := iqbuilder.New(kind.Type, iqbuilder.WithPayload(payload), iqbuilder.To("example.org"))
//
// A payload is an element that a stanza can carry. A request kind is what one can ask with it: a
// payload together with a type and a verb, such as "set the roster". From the paths of a kind's
// fields come the XML for given values, and the values of given XML; a payload's own fields are
// those that an answer has.
//
// The catalogue is made of TOML files, one for each document, in the format of docs/catalogue.md.
// The built-in ones are decoded when they are first asked for, not when a program starts. With adds
// files of one's own. A Catalog does not change once it is made, and is safe for concurrent use, as
// are its kinds, payloads and fields; none of them is to be written to.
//
// The package sends nothing, and holds no server to what it knows.
package catalog

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/gob"
	"fmt"
	"maps"
	"slices"
	"sync"

	"iqscope/internal/nearest"
	"iqscope/iqbuilder/stanza"
)

// Catalog is a set of payloads and of request kinds.
type Catalog struct {
	kinds    map[string]*Kind
	payloads map[string]*Payload
	named    map[stanza.Name]*Payload // the same, by the element
	carrying map[string][]*Kind       // the kinds by the key of their payload, each by key
	meanings map[answered]*Meaning
	aliases  map[string]string // other words for kinds, and their keys
}

// File is the text of a catalogue file. Its name is for what is wrong with it.
type File struct {
	Name string
	Text []byte
}

// compact are the built-in files in a form that is decoded in a fifth of the time. The files come
// first: what is embedded is made of them by go test ./iqbuilder/catalog -update, and a test holds the
// two together.
//
//go:embed data.gob
var compact []byte

var builtin = sync.OnceValue(func() *Catalog {
	var files []*file
	err := gob.NewDecoder(bytes.NewReader(compact)).Decode(&files)
	b := new(Catalog).builder()
	for _, f := range files {
		b.enter(decoded{file: f})
	}
	if err == nil {
		b.check()
	}
	if err != nil || len(b.problems) > 0 {
		panic(fmt.Sprint("the built-in catalogue: ", err, b.problems)) // a test reads all of it
	}
	b.index()
	for _, k := range b.kinds {
		k.Builtin = true
	}
	for _, p := range b.payloads {
		p.Builtin = true
	}
	return b.Catalog
})

// Builtin is the catalogue that comes with the program. The first call decodes it.
func Builtin() *Catalog { return builtin() }

// With is the catalogue with the files added to it; it stays as it is. A key that is taken is
// refused, unless its table says replace. The error has a line for everything that is wrong, with
// file, line, column and key; then nothing is added.
func (c *Catalog) With(files ...File) (*Catalog, error) {
	b := c.builder()
	for _, f := range files {
		b.read(f)
	}
	if len(b.problems) == 0 {
		b.check() // only whole files can be held against each other
	}
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	b.index()
	return b.Catalog, nil
}

// index sorts the kinds by what they carry.
func (c *Catalog) index() {
	c.carrying = map[string][]*Kind{}
	for _, k := range c.kinds {
		c.carrying[k.Carries] = append(c.carrying[k.Carries], k)
	}
	for _, kinds := range c.carrying {
		slices.SortFunc(kinds, byKey)
	}
}

// builder has a copy of the catalogue, to be added to.
func (c *Catalog) builder() *builder {
	b := &builder{places: map[any]string{}, Catalog: &Catalog{kinds: map[string]*Kind{}, payloads: map[string]*Payload{}, named: map[stanza.Name]*Payload{}, meanings: map[answered]*Meaning{}, aliases: map[string]string{}}}
	maps.Copy(b.kinds, c.kinds)
	maps.Copy(b.payloads, c.payloads)
	maps.Copy(b.named, c.named)
	maps.Copy(b.meanings, c.meanings)
	maps.Copy(b.aliases, c.aliases)
	return b
}

// Kinds are all request kinds, by key.
func (c *Catalog) Kinds() []*Kind {
	return slices.SortedFunc(maps.Values(c.kinds), byKey)
}

func byKey(a, b *Kind) int { return cmp.Compare(a.Key, b.Key) }

// Kind is the request kind of that key, or of that alias.
func (c *Catalog) Kind(key string) (*Kind, error) {
	if k, ok := c.kinds[cmp.Or(c.aliases[key], key)]; ok {
		return k, nil
	}
	all := slices.Concat(slices.Sorted(maps.Keys(c.kinds)), slices.Sorted(maps.Keys(c.aliases)))
	return nil, fmt.Errorf("there is no request kind %.60q%s", key, nearest.Suggestion(key, all, "there are "))
}

// Payload is the payload of that key; nil for none.
func (c *Catalog) Payload(key string) *Payload { return c.payloads[key] }

// PayloadNamed is the payload that is such an element; nil for none.
func (c *Catalog) PayloadNamed(name stanza.Name) *Payload { return c.named[name] }

// KindsOf are the kinds that a request is of, the one that says most about it first. One without a
// verb says less than one with it.
func (c *Catalog) KindsOf(request *stanza.Stanza) []*Kind {
	var all []*Kind
	for _, k := range c.Kinds() {
		if k.fits(request) {
			all = append(all, k)
		}
	}
	slices.SortStableFunc(all, func(a, b *Kind) int { return cmp.Compare(b.weight(), a.weight()) })
	return all
}
