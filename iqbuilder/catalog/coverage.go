package catalog

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Request is a request that a list names, to be looked for in a catalogue.
type Request struct {
	Group string // of the list, "" for none
	Type  stanza.Type
	Name  stanza.Name // of the payload
	Verb  string      // "" for any
}

// Count is how many requests of a group a catalogue has.
type Count struct {
	Group    string `json:"group"`
	Requests int    `json:"requests"`
	Covered  int    `json:"covered"`
	Skeleton int    `json:"skeleton"` // that it has, but with something missing: see Kind.Covered
	Missing  int    `json:"missing"`
}

// maxLine bounds a line of a list, in bytes.
const maxLine = 64 << 10

// ReadRequests reads a list of requests: lines of columns with tabs between them, of which the first
// line has the names. The columns type, ns and local are wanted, verb and group are read where there
// are any, and others are left alone.
func ReadRequests(list io.Reader) ([]Request, error) {
	lines := bufio.NewScanner(list)
	lines.Buffer(nil, maxLine)
	var names []string
	var all []Request
	for number := 1; lines.Scan(); number++ {
		cells := strings.Split(lines.Text(), "\t")
		cell := func(name string) string {
			if i := slices.Index(names, name); i >= 0 && i < len(cells) {
				return cells[i]
			}
			return ""
		}
		if names == nil {
			names = cells
			for _, name := range []string{"type", "ns", "local"} {
				if !slices.Contains(names, name) {
					return nil, fmt.Errorf("line 1 names no column %s: it is to name type, ns and local, with tabs between them", name)
				}
			}
			continue
		}
		if lines.Text() == "" {
			continue
		}
		t := stanza.Type(cell("type"))
		if t != stanza.Get && t != stanza.Set {
			return nil, fmt.Errorf("line %d: the type is get or set, not %.60q", number, t)
		}
		all = append(all, Request{cell("group"), t, stanza.Name{Space: cell("ns"), Local: cell("local")}, cell("verb")})
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("a line is longer than %d bytes", maxLine)
	case err != nil:
		return nil, err
	case names == nil:
		return nil, errors.New("the list is empty")
	}
	return all, nil
}

// Coverage counts what the catalogue has of a list, by group in the order of their names. A request
// without a verb is there if any kind of its type carries its payload.
func (c *Catalog) Coverage(list []Request) []Count {
	var counts []Count
	for _, r := range list {
		i := slices.IndexFunc(counts, func(n Count) bool { return n.Group == r.Group })
		if i < 0 {
			i = len(counts)
			counts = append(counts, Count{Group: r.Group})
		}
		n := &counts[i]
		n.Requests++
		switch there, covered := c.has(r); {
		case covered:
			n.Covered++
		case there:
			n.Skeleton++
		default:
			n.Missing++
		}
	}
	slices.SortFunc(counts, func(a, b Count) int { return cmp.Compare(a.Group, b.Group) })
	return counts
}

func (c *Catalog) has(r Request) (there, covered bool) {
	for _, k := range c.kinds {
		if k.Type == r.Type && k.Payload.Name() == r.Name && (r.Verb == "" || r.Verb == k.VerbWord()) {
			there = true
			covered = covered || k.Covered()
		}
	}
	return there, covered
}
