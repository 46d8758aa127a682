package form

import (
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"iqscope/iqbuilder/stanza"
)

// Values are what a form is filled in with, by the names of its fields. A field that is not named
// keeps the values that it came with; one without values is emptied.
type Values map[string][]string

// FieldError says what is wrong with the values of a field.
type FieldError struct {
	Var  string
	Text string // one sentence, without a full stop
}

func (e *FieldError) Error() string { return fmt.Sprintf("%.100s: %s", e.Var, e.Text) }

// Check says what is wrong with the values: names that the form has not, what is required and
// missing, and what a field cannot be. Of values that the form came with it only says when they are
// missing. The errors that it joins are *FieldError, in the order of the fields.
func (f *Form) Check(v Values) error {
	var all []error
	known := map[string]bool{}
	for i := range f.Fields {
		field := &f.Fields[i]
		if !field.sent() || known[field.Var] {
			continue
		}
		known[field.Var] = true
		values, given := f.valuesOf(field, v)
		err := field.Check(values)
		if !given && err != errRequired {
			continue // it is what the other side has put there
		}
		if err != nil {
			all = append(all, &FieldError{field.Var, err.Error()})
		}
	}
	var strange []string
	for name := range v {
		if !known[name] {
			strange = append(strange, name)
		}
	}
	slices.Sort(strange)
	for _, name := range strange {
		all = append(all, &FieldError{name, "the form has no such field"})
	}
	return errors.Join(all...)
}

// sent says whether a field goes back when the form does.
func (f *Field) sent() bool { return f.Var != "" && f.Type != Fixed }

// valuesOf are the values that a field has, and whether they were given.
func (f *Form) valuesOf(field *Field, v Values) (values []string, given bool) {
	if values, given := v[field.Var]; given && field.Type != Hidden {
		return values, true
	}
	return field.Values, false
}

var errRequired = errors.New("this is required")

// Check says why the values cannot be those of the field; nil when they can.
func (f *Field) Check(values []string) error {
	if f.Type == Fixed || f.Type == Hidden {
		return nil
	}
	if f.Required && strings.TrimSpace(strings.Join(values, "")) == "" {
		return errRequired
	}
	if len(values) > 1 && !f.Type.Multi() {
		return fmt.Errorf("this takes one value, not %d", len(values))
	}
	for _, value := range values {
		if value == "" && !f.Required {
			continue // nothing is said
		}
		if err := f.checkOne(value); err != nil {
			return err
		}
	}
	if f.Type == ListMulti {
		return f.Rules.count(len(values))
	}
	return nil
}

func (f *Field) checkOne(value string) error {
	switch f.Type {
	case Boolean:
		if !slices.Contains([]string{"0", "1", "true", "false"}, value) {
			return fmt.Errorf("%.60q is neither true nor false", value)
		}
	case JIDSingle, JIDMulti:
		if _, err := stanza.ParseJID(value); err != nil {
			return err
		}
	case ListSingle, ListMulti:
		if !f.Rules.Open && !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value }) {
			return fmt.Errorf("%.60q is none of what can be chosen", value)
		}
	}
	return f.Rules.check(value)
}

// True says whether the value of a boolean field is that.
func True(value string) bool { return value == "1" || value == "true" }

// Rules are what a form says of the values of a field (XEP-0122). The zero value allows all.
type Rules struct {
	Datatype string // such as xs:integer; those that are not known are not checked
	Open     bool   // a list takes other values than its options, too
	Min, Max string // of a value; "" for no bound
	Least    int    // how many have to be chosen from a list
	Most     int    // and how many can be; 0 for any number
	pattern  *regexp.Regexp
}

// longestPattern bounds a regular expression that others have written.
const longestPattern = 500

func readRules(n *stanza.Node) Rules {
	var r Rules
	r.Datatype, _ = n.Attr("datatype")
	for _, c := range n.Elements() {
		if c.Name.Space != nsValidate {
			continue
		}
		switch c.Name.Local {
		case "open":
			r.Open = true
		case "range":
			r.Min, _ = c.Attr("min")
			r.Max, _ = c.Attr("max")
		case "list-range":
			least, _ := c.Attr("min")
			most, _ := c.Attr("max")
			r.Least, _ = strconv.Atoi(least)
			r.Most, _ = strconv.Atoi(most)
		case "regex":
			if text := c.Text(); len(text) <= longestPattern {
				r.pattern, _ = regexp.Compile("^(?:" + text + ")$") // what cannot be read cannot be held against
			}
		}
	}
	return r
}

func (r *Rules) count(n int) error {
	switch {
	case n < r.Least:
		return fmt.Errorf("at least %d are to be chosen", r.Least)
	case r.Most > 0 && n > r.Most:
		return fmt.Errorf("at most %d can be chosen", r.Most)
	}
	return nil
}

func (r *Rules) check(value string) error {
	if err := r.checkType(value); err != nil {
		return err
	}
	if r.pattern != nil && !r.pattern.MatchString(value) {
		return fmt.Errorf("this has to look like %.60s", strings.TrimSuffix(strings.TrimPrefix(r.pattern.String(), "^(?:"), ")$"))
	}
	if r.Min != "" && less(value, r.Min) {
		return fmt.Errorf("this is at least %.60s", r.Min)
	}
	if r.Max != "" && less(r.Max, value) {
		return fmt.Errorf("this is at most %.60s", r.Max)
	}
	return nil
}

var (
	integer = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[+-]?[0-9]{1,100}$`) })
	decimal = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[+-]?([0-9]{1,100}(\.[0-9]{0,100})?|\.[0-9]{1,100})$`)
	})
)

// bounds are those of the datatypes that are whole numbers; "" for none.
var bounds = map[string][2]string{
	"xs:integer": {}, "xs:long": {"-9223372036854775808", "9223372036854775807"}, "xs:int": {"-2147483648", "2147483647"},
	"xs:short": {"-32768", "32767"}, "xs:byte": {"-128", "127"}, "xs:nonNegativeInteger": {"0", ""}, "xs:positiveInteger": {"1", ""},
	"xs:unsignedLong": {"0", "18446744073709551615"}, "xs:unsignedInt": {"0", "4294967295"}, "xs:unsignedShort": {"0", "65535"}, "xs:unsignedByte": {"0", "255"},
}

func (r *Rules) checkType(value string) error {
	if bound, whole := bounds[r.Datatype]; whole {
		switch {
		case !integer().MatchString(value):
			return fmt.Errorf("%.60q is no whole number", value)
		case bound[0] != "" && less(value, bound[0]):
			return fmt.Errorf("this is at least %s", bound[0])
		case bound[1] != "" && less(bound[1], value):
			return fmt.Errorf("this is at most %s", bound[1])
		}
		return nil
	}
	switch r.Datatype {
	case "xs:decimal":
		if !decimal().MatchString(value) {
			return fmt.Errorf("%.60q is no number", value)
		}
	case "xs:double":
		if _, err := strconv.ParseFloat(value, 64); err != nil {
			return fmt.Errorf("%.60q is no number", value)
		}
	case "xs:boolean":
		if !slices.Contains([]string{"0", "1", "true", "false"}, value) {
			return fmt.Errorf("%.60q is neither true nor false", value)
		}
	case "xs:dateTime":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return fmt.Errorf("%.60q is no time such as 2026-01-31T12:00:00Z", value)
		}
	case "xs:date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return fmt.Errorf("%.60q is no day such as 2026-01-31", value)
		}
	case "xs:anyURI":
		if _, err := url.Parse(value); err != nil {
			return fmt.Errorf("%.60q is no address", value)
		}
	}
	return nil
}

// less compares numbers as such, and whatever else both are, such as days, as text.
func less(a, b string) bool {
	if decimal().MatchString(a) && decimal().MatchString(b) {
		x, okX := new(big.Rat).SetString(a)
		y, okY := new(big.Rat).SetString(b)
		if okX && okY {
			return x.Cmp(y) < 0
		}
	}
	x, errX := time.Parse(time.RFC3339, a)
	y, errY := time.Parse(time.RFC3339, b)
	if errX == nil && errY == nil {
		return x.Before(y)
	}
	return a < b
}
