package catalog

import "iqscope/iqbuilder/stanza"

// Failure is the usual error of the kind that e is; nil for one that is not usual.
func (k *Kind) Failure(e *stanza.StanzaError) *Failure {
	var found *Failure
	for i := range k.Failures {
		f := &k.Failures[i]
		switch {
		case f.Condition != e.Condition, f.Type != "" && f.Type != e.Type:
		case f.Application == e.Application.Local:
			return f
		case f.Application == "":
			found = f
		}
	}
	return found
}
