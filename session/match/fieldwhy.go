package match

import (
	"strconv"
	"time"

	"iqscope/iqbuilder/stanza"
)

// fails names the value that was found instead.
func (f *field) fails(v view, n *stanza.Node, root bool) string {
	found, there := f.found(v, n, root)
	if !there {
		return "@" + f.name + " is not there"
	}
	return "@" + f.name + " is " + found
}

func (f *field) found(v view, n *stanza.Node, root bool) (string, bool) {
	if !root || f.own == noOwn {
		return f.foundInTree(v, n)
	}
	switch f.own {
	case ownBytes:
		return strconv.Itoa(len(v.Stanza.XML())), true
	case ownRTT:
		return v.RTT.Round(time.Microsecond).String(), v.RTT > 0
	case ownError:
		if n == nil {
			return "", false
		}
		condition, ok := errorCondition(v, n)
		return shown(condition), ok
	}
	value, ok := f.ownText(v)
	if ok && f.own.isAddress() {
		part := f.part(v)
		if part.IsZero() {
			return shown(value) + ", which is no address", true
		}
		value = part.String()
	}
	return shown(value), ok
}

func (f *field) foundInTree(v view, n *stanza.Node) (string, bool) {
	if n == nil {
		return "", false
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == f.attr {
			return shown(n.Attrs[i].Value), true
		}
	}
	if child := f.childOf(v); child.Local != "" {
		if c := n.Child(child.Space, child.Local); c != nil {
			return shown(c.Text()), true
		}
	}
	return "", false
}
