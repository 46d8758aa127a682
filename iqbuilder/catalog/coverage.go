package catalog

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Request is a request that a list names, to be looked for in a catalogue.
type Request struct {
	Group string      // of the list, "" for none
	Type  stanza.Type // "" for any
	// Name is the payload's. A list of verbs has no namespaces: then Space is "", or what stands behind
	// the payload's own name in one such as http://jabber.org/protocol/pubsub#owner: #owner.
	Name stanza.Name
	Verb string // "" for any, NoVerb for none; publish+publish-options wants the second element, too
}

// NoVerb is the verb of requests that have none, in a list of verbs.
const NoVerb = "None"

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

// ReadRequests reads a list of requests: lines of columns with tabs between them.
//
// The first line names the columns. type, ns and local are wanted, verb and group are read where there
// are any, and others are left alone. A list that begins with a number has no such line and names
// verbs: its columns are a count, which is left alone, the type, the payload's name and the verb; a
// line without a type means any.
func ReadRequests(list io.Reader) ([]Request, error) {
	lines := bufio.NewScanner(list)
	lines.Buffer(nil, maxLine)
	var parse func(cells []string) (Request, error)
	var all []Request
	for number := 1; lines.Scan(); number++ {
		cells := strings.Split(lines.Text(), "\t")
		if parse == nil {
			if _, err := strconv.ParseUint(cells[0], 10, 64); err == nil {
				parse = verbRow
			} else if parse, err = namedColumns(cells); err != nil {
				return nil, err
			} else {
				continue
			}
		}
		if lines.Text() == "" {
			continue
		}
		r, err := parse(cells)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		all = append(all, r)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("a line is longer than %d bytes", maxLine)
	case err != nil:
		return nil, err
	case parse == nil:
		return nil, errors.New("the list is empty")
	}
	return all, nil
}

// namedColumns is what reads the lines below one that names their columns.
func namedColumns(names []string) (func(cells []string) (Request, error), error) {
	for _, name := range []string{"type", "ns", "local"} {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("line 1 names no column %s: it is to name type, ns and local, with tabs between them", name)
		}
	}
	return func(cells []string) (Request, error) {
		cell := func(name string) string {
			if i := slices.Index(names, name); i >= 0 && i < len(cells) {
				return cells[i]
			}
			return ""
		}
		if cell("ns") == "" {
			return Request{}, errors.New("the namespace is missing")
		}
		t, err := requestType(cell("type"))
		return Request{cell("group"), t, stanza.Name{Space: cell("ns"), Local: cell("local")}, cell("verb")}, err
	}, nil
}

// verbRow reads a line of a list of verbs.
func verbRow(cells []string) (Request, error) {
	var r Request
	switch len(cells) {
	case 3:
	case 4:
		var err error
		if r.Type, err = requestType(cells[1]); err != nil {
			return r, err
		}
		cells = cells[1:]
	default:
		return r, errors.New("a list of verbs has lines of a count, a type, a payload's name and a verb")
	}
	local, fragment, owned := strings.Cut(cells[1], "#")
	r.Name.Local, r.Verb = local, cells[2]
	if owned {
		r.Name.Space = "#" + fragment
	}
	return r, nil
}

func requestType(word string) (stanza.Type, error) {
	t := stanza.Type(word)
	if t != stanza.Get && t != stanza.Set {
		return "", fmt.Errorf("the type is get or set, not %.60q", word)
	}
	return t, nil
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
		if (r.Type == "" || r.Type == k.Type) && r.names(k.Payload.Name()) && r.asks(k) {
			there = true
			covered = covered || k.Covered()
		}
	}
	return there, covered
}

// names says whether it is a payload of that name that the request carries.
func (r Request) names(payload stanza.Name) bool {
	if r.Name.Space != "" && !strings.HasPrefix(r.Name.Space, "#") {
		return r.Name == payload
	}
	_, fragment, _ := strings.Cut(payload.Space, "#")
	return r.Name.Local == payload.Local && strings.TrimPrefix(r.Name.Space, "#") == fragment
}

// asks says whether the kind has the request's verb, and a place for what else the request has.
func (r Request) asks(k *Kind) bool {
	words := strings.Split(r.Verb, "+")
	switch words[0] {
	case "":
		return true
	case NoVerb:
		return k.Verb == ""
	case k.VerbWord():
	default:
		return false
	}
	for _, word := range words[1:] {
		if !slices.ContainsFunc(k.Fields, func(f Field) bool {
			return slices.ContainsFunc(f.path.steps, func(step stanza.Name) bool { return step.Local == word })
		}) {
			return false
		}
	}
	return true
}
