package xmlscan

import "math"

// Limits bound what a document may cost. A zero field means its default; a
// negative one no limit.
type Limits struct {
	Depth        int   // nesting; default 256
	Attrs        int   // attributes of one element, namespace declarations included; default 256
	ElementBytes int64 // bytes of one element at ElementDepth, and of any token; default 1 MiB
	// ElementDepth is the depth at which ElementBytes is counted anew: 2 for
	// the children of a stream, 1 (the default) for a document. Text outside of
	// such elements is not bounded: it comes in pieces and need not be kept.
	ElementDepth int
}

// The defaults, chosen for XMPP: servers cut stanzas at 64 KiB to 1 MiB, and
// nothing in the XEPs nests deeper than a few dozen levels.
const (
	defaultDepth        = 256
	defaultAttrs        = 256
	defaultElementBytes = 1 << 20
	defaultElementDepth = 1
)

// What the scanner keeps to be fast, whatever the input.
const (
	maxInterned    = 1024      // names, and namespaces, shared between tokens
	maxInternedLen = 256       // bytes of one; longer ones are copied each time
	maxLinear      = 8         // attributes compared one by one; a map beyond
	maxIdleBuffer  = 256 << 10 // bytes of buffer kept when it is empty
	maxFormBytes   = 512       // bytes of a start tag without its values that are known again
	formPatience   = 8         // tags of another form until that is known instead
	minFill        = 4 << 10   // bytes of room that Fill reads into, at least
	maxFill        = 64 << 10  // bytes of room that it makes when reads keep filling it
	maxIdleSet     = 4 * 256   // entries of the attribute set kept for the next tag
	unlimited      = math.MaxInt64
)

// withDefaults fills in the defaults, and turns "no limit" into the largest
// number there is.
func (l Limits) withDefaults() Limits {
	return Limits{
		Depth:        limit(l.Depth, defaultDepth, math.MaxInt),
		Attrs:        limit(l.Attrs, defaultAttrs, math.MaxInt),
		ElementBytes: limit(l.ElementBytes, defaultElementBytes, unlimited),
		ElementDepth: limit(l.ElementDepth, defaultElementDepth, math.MaxInt),
	}
}

func limit[T int | int64](given, byDefault, none T) T {
	switch {
	case given == 0:
		return byDefault
	case given < 0:
		return none
	default:
		return given
	}
}
