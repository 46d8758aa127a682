package picker

import (
	"cmp"
	"strings"

	"iqscope/iqbuilder/catalog"
)

// subject is a choice with what is searched of it, in small letters.
type subject struct {
	choice   Choice
	names    []string // the key first, then its aliases
	initials string   // of the key's words
	title    string
	number   string // of the document, without leading zeros
	document string // its title
	space    string // the payload's namespace
	element  string
	bonus    int
	rare     bool
}

// What a word of the query is worth, by where it is found: what is closer to the name comes first.
const (
	isName = 1000 - 100*iota
	beginsName
	isOther // the number of the document, or the element
	beginsInitials
	beginsWord
	inName
	inTitle
	inOther // the namespace, the element, the document's title
	scattered
)

// Bonuses decide between those that are found equally well. A kind that only asks harms nobody, so it
// comes before one that changes something; one of the document that has the payload is the plainest;
// and a shorter name is nearer to what was typed.
const (
	asks       = 20
	plain      = 10
	mostLength = 40 // by which a longer name comes behind a shorter one
	superseded = -30
	// rare is what few have: it comes behind the others unless it is called by its name.
	rare = -250
)

func ofKind(k *catalog.Kind) subject {
	s := subject{
		choice: Choice{Kind: k},
		names:  append([]string{k.Key}, k.Aliases...),
		title:  strings.ToLower(k.Title), document: strings.ToLower(k.Source.Title),
	}
	if k.Payload != nil {
		if k.Document == k.Payload.Document {
			s.bonus += plain
		}
		s.space, s.element = strings.ToLower(k.Payload.Namespace), strings.ToLower(k.Payload.Element)
	}
	for word := range strings.SplitSeq(k.Key, "_") {
		s.initials += word[:min(1, len(word))]
	}
	if _, number, ok := strings.Cut(strings.Replace(k.Document, " ", "-", 1), "-"); ok {
		s.number = strings.TrimLeft(number, "0")
	}
	if k.Type == "get" {
		s.bonus += asks
	}
	s.rare = !k.Settled()
	if k.SupersededBy != "" {
		s.bonus += superseded
	}
	return s
}

// ofTemplate has a template stand before kinds that are found as well.
func ofTemplate(t Template) subject {
	name := strings.ToLower(t.Name)
	return subject{choice: Choice{Template: t}, names: []string{name}, title: name, bonus: mostLength}
}

// score says how well a subject fits the words of a query; false for not at all. It has to have
// all of them.
func (s *subject) score(words []string) (int, bool) {
	sum := s.bonus
	for _, word := range words {
		score := s.find(word)
		if score == 0 {
			return 0, false
		}
		if s.rare && score < isName {
			score = max(1, score+rare)
		}
		sum += score
	}
	return sum, true
}

// find says how well a word fits; 0 for not at all.
func (s *subject) find(word string) int {
	best := 0
	for _, name := range s.names {
		extra := min(len(name)-len(word), mostLength)
		switch {
		case name == word:
			return isName
		case strings.HasPrefix(name, word):
			best = max(best, beginsName-extra)
		case beginsWordOf(name, word):
			best = max(best, beginsWord-extra)
		case strings.Contains(name, word):
			best = max(best, inName-extra)
		}
	}
	if best > isOther {
		return best
	}
	number := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(word, "xep-"), "rfc"), "0")
	switch {
	case number != "" && number == s.number, word == s.element, word == s.space:
		return isOther
	case len(word) > 1 && strings.HasPrefix(s.initials, word):
		return beginsInitials
	case best > 0:
		return best
	case beginsWordOf(s.title, word):
		return beginsWord - mostLength - 1 // behind a word of the name
	case strings.Contains(s.title, word):
		return inTitle
	case strings.Contains(s.space, word), strings.Contains(s.element, word), strings.Contains(s.document, word):
		return inOther
	}
	if n := max(gathered(s.names[0], word), gathered(s.title, word)); n > 0 {
		return scattered + min(n, mostLength)
	}
	return 0
}

// beginsWordOf says whether a word of the text begins so.
func beginsWordOf(text, word string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		if at := from + i; at == 0 || strings.IndexByte(" _-(/#:?", text[at-1]) >= 0 {
			return true
		}
		from += i + 1
	}
}

// gathered says how close together the letters of a word stand in a text, which has them one behind
// the other with anything in between; 0 if it has not.
func gathered(text, word string) int {
	places := scatter(text, word)
	if places == nil {
		return 0
	}
	n := 1
	for i, at := range places {
		switch {
		case at == 0 || strings.IndexByte(" _-", text[at-1]) >= 0:
			n += 4
		case i > 0 && places[i-1] == at-1:
			n += 2
		}
	}
	return cmp.Or(n, 1)
}

// scatter finds the bytes of a word in a text, one behind the other; nil if they are not there.
func scatter(text, word string) []int {
	places := make([]int, 0, len(word))
	from := 0
	for i := range len(word) {
		at := strings.IndexByte(text[from:], word[i])
		if at < 0 {
			return nil
		}
		places = append(places, from+at)
		from += at + 1
	}
	return places
}
