package wire

import (
	"strings"

	"iqscope/iqbuilder/stanza"
)

// suspects are the local names of elements one of which stands in every element that holds a secret. They
// are looked for in the bytes, which costs less than a tree: a name is written in one way alone, whatever
// its prefix, and nothing else stands directly behind a "<".
type suspects struct {
	names map[string]bool
	// lengths has, by the first byte of a name, a bit for the length of each; the last one is that of
	// all longer ones too. Hardly any other name gets past it.
	lengths [256]uint64
}

func newSuspects(names map[string]bool) *suspects {
	s := &suspects{names: names}
	for name := range names {
		if name == "" {
			continue // no element has that
		}
		s.lengths[name[0]] |= lengthBit(len(name))
	}
	return s
}

func lengthBit(n int) uint64 { return 1 << min(n, 63) }

// in says that one of them is in the XML, or in what looks like a tag in a CDATA section: that is looked at
// as it comes.
func (s *suspects) in(xml string) bool {
	for {
		at := strings.IndexByte(xml, '<')
		if at < 0 {
			return false
		}
		xml = xml[at+1:]
		begin, end := 0, 0
		for ; end < len(xml); end++ {
			if c := xml[end]; c == ':' {
				begin = end + 1
			} else if c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\n' || c == '\r' {
				break
			}
		}
		name := xml[begin:end]
		if name != "" && s.lengths[name[0]]&lengthBit(len(name)) != 0 && s.names[name] {
			return true
		}
		xml = xml[end:]
	}
}

// builtinSuspects are those of secrets.go.
var builtinSuspects = newSuspects(builtinNames())

func builtinNames() map[string]bool {
	names := map[string]bool{nameField.Local: true, localHeader: true}
	for name := range secretContent {
		names[name.Local] = true
	}
	for name := range secretAttribute {
		names[name.Local] = true
	}
	return names
}

// mayHold keeps the common stanza from being parsed a second time.
func (s Secrets) mayHold(el *stanza.Stanza) bool {
	if s.own != nil && s.own.suspects.in(el.XML()) {
		return true
	}
	switch el.Kind() {
	case stanza.Element:
		return secretContent[el.Name()] || el.Name().Space == nsSASL2
	case stanza.IQ:
		if n := el.Payloads(); !el.HasError() && (n == 0 || n == 1 && harmless[el.Payload().Space]) {
			return false
		}
	}
	return builtinSuspects.in(el.XML())
}
