package xmlscan

import "strings"

// declaration is the XML declaration being scanned.
type declaration struct {
	part  declarationPart
	item  int   // index of the item being scanned, or of the first that may follow
	seen  int   // bytes of "<?xml" or of the item's word
	value int64 // offset of the value being scanned
	quote byte  // that ends it
}

// declarationPart says where in the declaration the scanner is.
type declarationPart uint8

const (
	inOpening     declarationPart = iota
	behindOpening                 // no white space yet
	behindItem                    // no white space yet
	beforeItem
	inWord
	behindWord
	behindEquals
	inItemValue
	behindQuestion
)

const declarationOpening = "<?xml"

// declarationItems stand in this order; the first must be there. XML 1.0's
// fifth edition would take any version "1.x", to be read as if it were 1.0; but
// nothing sends one that is not a mistake, and RFC 6120 knows 1.0 only.
var declarationItems = [...]struct {
	word   string
	values []string
	fold   bool // capitals and small letters are the same
	rule   Rule
	wrong  string
}{
	{"version", []string{"1.0"}, false, RuleVersion, "the XML version must be 1.0"},
	{"encoding", []string{"UTF-8"}, true, RuleEncoding, "the encoding must be UTF-8"},
	{"standalone", []string{"yes", "no"}, false, RuleDeclaration, "standalone must be \"yes\" or \"no\""},
}

// scanDeclaration scans the XML declaration (XML 1.0 §2.8).
func (s *Scanner) scanDeclaration(b []byte) result {
	for ; s.pos < len(b); s.pos++ {
		if s.decl.part == behindQuestion && b[s.pos] == '>' {
			s.token = Token{Kind: Decl}
			s.state = inContent
			return s.finish(s.pos + 1)
		}
		if r := s.stepDeclaration(b, b[s.pos]); r != again {
			return r
		}
	}
	return more
}

// stepDeclaration takes the byte c at pos.
func (s *Scanner) stepDeclaration(b []byte, c byte) result {
	d := &s.decl
	switch d.part {
	case inOpening:
		if c != declarationOpening[d.seen] {
			return s.instruction()
		}
		if d.seen++; d.seen == len(declarationOpening) {
			d.part = behindOpening
		}
		return again
	case behindOpening, behindItem, beforeItem:
		return s.betweenItems(c)
	case inWord:
		word := declarationItems[d.item].word
		if c != word[d.seen] {
			break
		}
		if d.seen++; d.seen == len(word) {
			d.part = behindWord
		}
		return again
	case behindWord:
		if c == '=' {
			d.part = behindEquals
		} else if !isSpace(c) {
			break
		}
		return again
	case behindEquals:
		if c == '"' || c == '\'' {
			d.quote = c
			d.value = s.offset(s.pos + 1)
			d.part = inItemValue
		} else if !isSpace(c) {
			break
		}
		return again
	case inItemValue:
		return s.itemValue(b, c)
	}
	return s.malformedDeclaration()
}

// betweenItems takes a byte between "<?xml", the items and "?>".
func (s *Scanner) betweenItems(c byte) result {
	d := &s.decl
	switch {
	case isSpace(c):
		d.part = beforeItem
		return again
	case c == '?' && d.item > 0:
		d.part = behindQuestion
		return again
	case d.part == behindOpening && c != '?':
		return s.instruction()
	case d.part != beforeItem:
		return s.malformedDeclaration()
	}
	for ; d.item < len(declarationItems); d.item++ {
		if c == declarationItems[d.item].word[0] {
			d.part = inWord
			d.seen = 1
			return again
		}
		if d.item == 0 {
			break
		}
	}
	return s.malformedDeclaration()
}

// itemValue takes a byte of an item's value, or the closing quote.
func (s *Scanner) itemValue(b []byte, c byte) result {
	d := &s.decl
	item := &declarationItems[d.item]
	at := s.index(d.value)
	have := b[at : s.pos+1]
	if c == d.quote {
		have = b[at:s.pos]
	}
	for _, want := range item.values {
		if len(have) > len(want) || c == d.quote && len(have) < len(want) {
			continue
		}
		begin := want[:len(have)]
		if string(have) != begin && !(item.fold && strings.EqualFold(string(have), begin)) {
			continue
		}
		if c == d.quote {
			d.part = behindItem
			d.item++
		}
		return again
	}
	return s.fail(item.rule, at, "%s", item.wrong)
}

func (s *Scanner) instruction() result {
	return s.fail(RuleInstruction, s.tok, "XMPP does not allow processing instructions")
}

func (s *Scanner) malformedDeclaration() result {
	return s.fail(RuleDeclaration, s.pos, "the XML declaration must be <?xml version='1.0' encoding='UTF-8' standalone='yes'?>, the last two left out or in this order")
}
