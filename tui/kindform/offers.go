package kindform

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/catalog"
)

// offers are values that fit what was typed, and the one that was put in.
type offers struct {
	all    []string
	chosen int
	typed  string // before the first was put in
}

const (
	none       = -1
	mostOffers = 50
)

// candidates are the values that may be put into the input that has the focus: those that begin with
// what is typed, then those that have it in them. What stands there whole narrows nothing.
func (f *Form) candidates() []string {
	in := f.inputs[f.at]
	all := in.choices()
	switch {
	case in.adds || len(all) > 0:
	case in.field == nil:
		all = f.addresses()
	default:
		if f.sources != nil {
			all = f.sources.Values(f.kind, in.field)
		}
		if in.is(catalog.JID) {
			all = slices.Concat(all, f.addresses())
		}
	}
	typed := strings.ToLower(in.value)
	if slices.Contains(in.choices(), in.value) {
		typed = ""
	}
	var begin, within []string
	seen := map[string]bool{in.value: true}
	for _, value := range all {
		switch small := strings.ToLower(value); {
		case seen[value]:
			continue
		case strings.HasPrefix(small, typed):
			begin = append(begin, value)
		case strings.Contains(small, typed):
			within = append(within, value)
		}
		seen[value] = true
	}
	begin = append(begin, within...)
	return begin[:min(len(begin), mostOffers)]
}

func (f *Form) addresses() []string {
	if f.sources == nil {
		return nil
	}
	return f.sources.Addresses()
}

// offer puts in the next value, and behind the last one what was typed again. Where there is none to
// offer, it goes to the next input.
func (f *Form) offer(step int) (changed bool, err error) {
	o := f.offers
	if len(o.all) == 0 {
		f.move(step)
		return false, nil
	}
	if f.stale != "" {
		return false, errStale
	}
	in := f.inputs[f.at]
	if o.chosen == none {
		o.typed = in.value
	}
	places := len(o.all) + 1 // one more stands for what was typed
	o.chosen = (o.chosen+1+step+places)%places - 1
	in.value = o.typed
	if o.chosen != none {
		in.value = o.all[o.chosen]
	}
	in.given = in.value != ""
	f.replaceText(in.value)
	f.edited()
	f.offers = o
	return true, nil
}
