package catalog

import (
	"cmp"
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// Source is the document that defines a payload or a kind.
type Source struct {
	Document string // "XEP-0030", "RFC 6121"; "" for what is one's own
	Title    string
	Status   string // of a XEP, such as Stable
	Revision string // of the document that the words were held against, where known
}

// Link is the address of the document, or of the section that has the anchor; "" for what no such
// document defines.
func (s Source) Link(anchor string) string {
	var link string
	series, number, _ := strings.Cut(strings.Replace(s.Document, "-", " ", 1), " ")
	switch series {
	case "XEP":
		link = "https://xmpp.org/extensions/xep-" + number + ".html"
	case "RFC":
		link = "https://www.rfc-editor.org/rfc/rfc" + number
	default:
		return ""
	}
	if anchor != "" {
		link += "#" + anchor
	}
	return link
}

// Settled says whether the document is one that is widely followed: an RFC, a XEP that is active,
// stable or final, or the user's own. Of the others there are many, and few are met.
func (s Source) Settled() bool {
	return slices.Contains([]string{"", "Active", "Stable", "Final"}, s.Status)
}

// Payload is an element that a stanza can carry.
type Payload struct {
	Source  `toml:"-"`
	Builtin bool `toml:"-"`

	Key       string  `toml:"key"`
	Element   string  `toml:"element"`
	Namespace string  `toml:"namespace"`
	About     string  `toml:"about"`   // what it is for, a sentence
	Feature   string  `toml:"feature"` // what whoever understands it announces by disco#info
	Fields    []Field `toml:"field"`   // of an answer that carries it
	Replace   bool    `toml:"replace"` // it takes the place of another with that key
}

// Name is the element's.
func (p *Payload) Name() stanza.Name { return stanza.Name{Space: p.Namespace, Local: p.Element} }

// ResultEmpty is a result that carries nothing.
const ResultEmpty = "empty"

// Kind is a request kind: what one can ask.
type Kind struct {
	Source  `toml:"-"`
	Builtin bool     `toml:"-"`
	Payload *Payload `toml:"-"` // which it carries

	Key          string      `toml:"key"`
	Title        string      `toml:"title"`
	Help         string      `toml:"help"`
	Anchor       string      `toml:"anchor"` // of its section in the document
	Type         stanza.Type `toml:"type"`
	Carries      string      `toml:"payload"` // the payload's key
	Verb         string      `toml:"verb"`    // which of its payload's requests it is: publish, item/@role, @action=cancel
	Aliases      []string    `toml:"aliases"`
	SupersededBy string      `toml:"superseded_by"` // the kind to use instead

	// To are the sorts of addresses that are asked (Targets lists them), and Service what a service
	// has to be: an identity in disco#info such as pubsub/service, or a feature.
	To      []string `toml:"to"`
	Service string   `toml:"service"`

	Fields   []Field `toml:"field"`
	NoFields bool    `toml:"no_fields"` // there is nothing to fill in, and that is known
	Paged    bool    `toml:"paged"`     // its result comes in pages (XEP-0059)

	// Result is the key of the payload that a result carries, or ResultEmpty.
	Result   string    `toml:"result"`
	Next     []string  `toml:"next"`   // keys of the kinds that often follow
	Errors   []string  `toml:"errors"` // as they are written; Failures has them taken apart
	Failures []Failure `toml:"-"`
	Danger   string    `toml:"danger"` // what is lost by it, where something is
	Replace  bool      `toml:"replace"`

	verb verb
}

// Failure is an error that is a usual answer to a kind.
type Failure struct {
	Condition   string
	Type        string // "" where several are met
	Application string // the local name of an application condition
	Remedy      string // what to try, "" for nothing in particular
}

// Targets are the sorts of addresses that can be asked, and what they are.
func Targets() [][2]string {
	return [][2]string{
		{"account", "one's own account: no address, or one's own without a resource"},
		{"server", "a server: its domain; one's own by no address, too"},
		{"service", "a service that announces the identity or feature"},
		{"contact", "somebody's account: an address without a resource, whose server answers"},
		{"client", "somebody's client: an address with a resource"},
		{"room", "a chat room"},
		{"occupant", "somebody in a chat room: the room's address with a nickname"},
	}
}

// VerbWord is the word of the verb: "publish" of a child element of that name, "role" of
// item/@role, "cancel" of @action=cancel; "" for none.
func (k *Kind) VerbWord() string {
	switch {
	case k.verb.value != "" || k.verb.at.attr != "":
		return cmp.Or(k.verb.value, k.verb.at.attr)
	case len(k.verb.at.steps) > 0:
		return k.verb.at.steps[len(k.verb.at.steps)-1].Local
	}
	return ""
}

// Covered says whether all is known that one has to know to ask: help, fields or that there are
// none, targets and result. What is not covered is a skeleton: it can be asked all the same.
func (k *Kind) Covered() bool {
	return k.Help != "" && (k.NoFields || len(k.Fields) > 0) && len(k.To) > 0 && k.Result != ""
}

// Link is the address of the section that defines the kind; "" for none.
func (k *Kind) Link() string { return k.Source.Link(k.Anchor) }

// fits says whether a request is of the kind.
func (k *Kind) fits(request *stanza.Stanza) bool {
	if request.Kind() != stanza.IQ || request.Type() != k.Type || request.Payload() != k.Payload.Name() {
		return false
	}
	root := payloadOf(request)
	return root != nil && k.verb.holds(root) && k.holdsFixed(root)
}

// holdsFixed says whether what always has to be there is.
func (k *Kind) holdsFixed(root *stanza.Node) bool {
	for i := range k.Fields {
		if f := &k.Fields[i]; f.Fixed != "" && f.Required {
			if value, ok := f.path.value(root); !ok || value != f.Fixed {
				return false
			}
		}
	}
	return true
}

// weight is how much a kind says about a request that fits it. Of two that say the same, the one of
// the document that defines the payload is the plainer; one that has been superseded comes last.
func (k *Kind) weight() int {
	n := 0
	if k.Verb != "" {
		n += 2
	}
	if k.Document == k.Payload.Document {
		n++
	}
	if k.SupersededBy != "" {
		n--
	}
	for i := range k.Fields {
		if k.Fields[i].Fixed != "" && k.Fields[i].Required {
			n += 2
		}
	}
	return n
}

// payloadOf is the first child element of a stanza; nil for none.
func payloadOf(s *stanza.Stanza) *stanza.Node {
	root, err := s.Tree()
	if err != nil || len(root.Elements()) == 0 {
		return nil
	}
	return root.Elements()[0]
}
