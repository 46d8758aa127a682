// Package form reads, checks and fills in data forms (XEP-0004): what a server wants to know before it
// sets up a room, registers somebody or goes on with a command, and what comes back as a result.
//
//	f := form.Of(reply)                      // the form in a stanza; nil for none
//	for _, field := range f.Fields { … }     // labels, types, values, options
//	xml, err := f.Submit(form.Values{"muc#roomconfig_roomname": {"The Garden"}})
//
// A form comes from a stranger: whatever stands in it is read as far as it can be, and nothing in it
// is an error. A field of an unknown type is one for a line of text. What a field may be is checked
// with XEP-0122 where the form says so. Pictures in a form (XEP-0221) are left out.
//
// Nothing here keeps state: a Form does not change once it is read, and is safe for concurrent use as
// long as nobody writes to it.
package form

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// The namespaces of forms.
const (
	NS         = "jabber:x:data"                             // XEP-0004
	nsValidate = "http://jabber.org/protocol/xdata-validate" // XEP-0122
)

// TypeVar is the hidden field that says what a form is about (XEP-0068).
const TypeVar = "FORM_TYPE"

// Type is what a form is for (XEP-0004 §3.1).
type Type string

// The types of forms.
const (
	Fill   Type = "form" // is to be filled in; what has no type, or an unknown one, is this
	Submit Type = "submit"
	Cancel Type = "cancel"
	Result Type = "result"
)

// Form is a data form.
type Form struct {
	Type         Type
	Title        string
	Instructions []string
	Fields       []Field

	// Reported are the columns of a result that is a table, and Items its rows (XEP-0004 §3.4).
	Reported []Field
	Items    [][]Field
}

// FieldType is what a field asks for (XEP-0004 §3.3).
type FieldType string

// The types of fields.
const (
	Boolean     FieldType = "boolean"
	Fixed       FieldType = "fixed"  // a text between the others
	Hidden      FieldType = "hidden" // goes back as it came
	JIDMulti    FieldType = "jid-multi"
	JIDSingle   FieldType = "jid-single"
	ListMulti   FieldType = "list-multi"
	ListSingle  FieldType = "list-single"
	TextMulti   FieldType = "text-multi" // a value for each line
	TextPrivate FieldType = "text-private"
	TextSingle  FieldType = "text-single"
)

// Multi says whether a field of the type can have several values.
func (t FieldType) Multi() bool { return t == JIDMulti || t == ListMulti || t == TextMulti }

// Field is one field of a form.
type Field struct {
	Var      string // its name; one without is only to be read
	Type     FieldType
	Odd      string // the type as it stands there, when nobody knows it; Type is TextSingle then
	Label    string
	Desc     string // more about it
	Required bool
	Values   []string
	Options  []Option // of a list
	Rules    Rules
}

// Option is one value that a list offers.
type Option struct{ Label, Value string }

// Name is what to call the field: its label, or else its name.
func (f *Field) Name() string {
	if strings.TrimSpace(f.Label) != "" {
		return f.Label
	}
	return f.Var
}

// Text is what to call the option.
func (o Option) Text() string {
	if strings.TrimSpace(o.Label) != "" {
		return o.Label
	}
	return o.Value
}

// About is the value of FORM_TYPE; "" for a form without one.
func (f *Form) About() string {
	for i := range f.Fields {
		if f.Fields[i].Var == TypeVar && len(f.Fields[i].Values) > 0 {
			return f.Fields[i].Values[0]
		}
	}
	return ""
}

// Rows are the columns of a result that is a table, and the values of its items in their order; those
// of a column that has several in an item are joined by line ends. A result that names no columns
// has those of its items.
func (f *Form) Rows() (columns []Field, rows [][]string) {
	columns = f.Reported
	if len(columns) == 0 && len(f.Items) > 0 {
		columns = f.Items[0]
	}
	at := map[string]int{}
	for i := range columns {
		if _, twice := at[columns[i].Var]; !twice {
			at[columns[i].Var] = i
		}
	}
	for _, item := range f.Items {
		row := make([]string, len(columns))
		for i := range item {
			if to, ok := at[item[i].Var]; ok {
				row[to] = strings.Join(item[i].Values, "\n")
			}
		}
		rows = append(rows, row)
	}
	return columns, rows
}

// Of is the first form in a stanza, one to be filled in before any other; nil for none. Broken
// stanzas have none.
func Of(s *stanza.Stanza) *Form {
	root, err := s.Tree()
	if err != nil {
		return nil
	}
	return In(root)
}

// deepest is how far below an element a form is looked for. Pubsub has its forms three levels down.
const deepest = 4

// In is the same for an element: the form is looked for below it.
func In(root *stanza.Node) *Form {
	x := Find(root)
	if x == nil {
		return nil
	}
	return Read(x)
}

// Find is the element of the first form below another; nil for none. One to be filled in comes before
// any other.
func Find(root *stanza.Node) *stanza.Node {
	var first *stanza.Node
	var walk func(n *stanza.Node, depth int) *stanza.Node
	walk = func(n *stanza.Node, depth int) *stanza.Node {
		for _, c := range n.Elements() {
			if c.Name == (stanza.Name{Space: NS, Local: "x"}) {
				if typ, _ := c.Attr("type"); typeOf(typ) == Fill {
					return c
				}
				if first == nil {
					first = c
				}
			} else if depth < deepest {
				if found := walk(c, depth+1); found != nil {
					return found
				}
			}
		}
		return nil
	}
	if found := walk(root, 1); found != nil {
		return found
	}
	return first
}
