package kindform

import (
	"errors"
	"slices"
	"strings"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// check finds what is wrong with each input.
func (f *Form) check() {
	f.errs = map[*input]string{}
	v := f.Values()
	said := map[string]string{} // of what is missing, or too much
	if joined, ok := f.kind.Check(v).(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			var wrong *catalog.FieldError
			if errors.As(err, &wrong) && said[wrong.Field] == "" {
				said[wrong.Field] = wrong.Text
			}
		}
	}
	for _, in := range f.inputs {
		switch {
		case in.field == nil:
			f.errs[in] = f.wrongAddress(in.value)
		case in.adds && in.value != "":
			if key, _, ok := in.added(); !ok || in.wrongName(key) {
				f.errs[in] = "write " + addHint(in.field)
			}
		case in.adds:
		case in.given:
			if err := in.field.Check(in.value); err != nil {
				f.errs[in] = err.Error()
			} else if in.index == 0 {
				f.errs[in] = said[in.key]
			}
		case !in.last && in.index == 0:
			f.errs[in] = said[in.key]
		}
		if f.errs[in] == "" {
			delete(f.errs, in)
		}
	}
}

// wrongAddress says why what is asked cannot be.
func (f *Form) wrongAddress(to string) string {
	if to == "" {
		if NeedsAddress(f.kind) {
			return "an address is required: this is asked of " + targets(f.kind)
		}
		return ""
	}
	if _, err := stanza.ParseJID(to); err != nil {
		return err.Error()
	}
	return ""
}

// NeedsAddress says whether a request of the kind cannot be without an address: without one it would
// go to one's own account or server.
func NeedsAddress(k *catalog.Kind) bool {
	return len(k.To) > 0 && !slices.Contains(k.To, "account") && !slices.Contains(k.To, "server")
}

// Fits says whether an address has the shape of one that is asked: somebody's has a part before the
// @, a client's a resource, too.
func Fits(k *catalog.Kind, to string) bool {
	j, err := stanza.ParseJID(to)
	if err != nil {
		return to == "" && !NeedsAddress(k)
	}
	return len(k.To) == 0 || slices.ContainsFunc(k.To, func(target string) bool {
		switch target {
		case "server", "service":
			return j.Local() == "" && j.Resource() == ""
		case "client", "occupant":
			return j.Resource() != ""
		}
		return j.Local() != "" && j.Resource() == ""
	})
}

// targets names those who are asked.
func targets(k *catalog.Kind) string {
	words := map[string]string{
		"account": "your own account", "server": "a server", "service": "a service", "contact": "somebody's account",
		"client": "a client, by its full address", "room": "a room", "occupant": "somebody in a room",
	}
	var all []string
	for _, target := range k.To {
		all = append(all, words[target])
	}
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " or " + all[n-1]
	}
	return strings.Join(all, "")
}
