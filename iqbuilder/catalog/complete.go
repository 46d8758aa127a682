package catalog

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"iqscope/iqbuilder/stanza"
)

// Candidate is something that can stand at a place of a text that is being written.
type Candidate struct {
	Label string // what it is
	Help  string // what that means, in a few words; "" where nothing is known
	// Insert takes the place of the bytes from Pos to End. Cursor is where one goes on writing, as an
	// offset in Insert.
	Insert   string
	Pos, End int
	Cursor   int
}

// Address is one that may be asked, and why it is known.
type Address struct{ JID, Help string }

const (
	// mostCandidates is how many are returned: more nobody looks through.
	mostCandidates = 100
	// mostDepth is how deep elements may lie within each other to be looked at. No payload needs
	// more than ten.
	mostDepth = 32
)

// Complete says what can stand at a place in the text of a stanza, as far as that is written, the
// best first: names of elements and attributes, values, closing tags. The text need not be
// well-formed, and may say anything; the place is a byte offset. Of addresses only those are known
// that are given.
func (c *Catalog) Complete(text string, offset int, addresses []Address) []Candidate {
	if offset < 0 || offset > len(text) || offset < len(text) && !utf8.RuneStart(text[offset]) {
		return nil
	}
	w := writing{markup: readMarkup(text, offset), catalog: c, offset: offset, addresses: addresses}
	tags := w.open
	if w.spot == inTag || w.spot == inValue {
		tags = append(slices.Clip(tags), w.tag)
	}
	if len(tags) <= mostDepth {
		w.path = w.elements(tags)
	}
	switch w.spot {
	case inName:
		w.typed, w.end = text[w.from:offset], nameEnd(text, offset)
		w.children("")
	case inTag:
		w.typed, w.end = text[w.from:offset], nameEnd(text, offset)
		w.attributes()
	case inValue:
		w.typed, w.end = text[w.from:offset], valueEnd(text, w.from, offset)
		w.attributeValues()
	case inClosing:
		w.typed, w.end = text[w.from:offset], nameEnd(text, offset)
		if name := w.innermost(); name != "" {
			ending := ">"
			if next := skip(text, w.end); next < len(text) && text[next] == '>' {
				ending = ""
			}
			w.add(name, "", name+ending)
		}
	case inText:
		w.between()
	}
	slices.SortStableFunc(w.all, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	w.leaveOutTheWorse()
	candidates := make([]Candidate, 0, min(len(w.all), mostCandidates))
	for _, one := range w.all[:min(len(w.all), mostCandidates)] {
		candidates = append(candidates, one.Candidate)
	}
	return candidates
}

// leaveOutTheWorse leaves out what only has the letters where something fits better, and of names all
// but those that fit best: one types their beginning.
func (w *writing) leaveOutTheWorse() {
	if len(w.all) == 0 {
		return
	}
	worst := max(w.all[0].rank, inWords)
	if w.spot != inValue {
		worst = w.all[0].rank
	}
	w.all = slices.DeleteFunc(w.all, func(c ranked) bool { return c.rank > worst })
}

// valueEnd is where the value ends that is written there: at its quote, or before the next tag if that is
// missing.
func valueEnd(text string, from, offset int) int {
	n := strings.IndexAny(text[offset:], text[from-1:from]+"<")
	if n < 0 || text[offset+n] == '<' { // what follows belongs to the value as little as it closes it
		return offset
	}
	return offset + n
}

// writing is a text that is being written.
type writing struct {
	markup
	catalog   *Catalog
	offset    int
	addresses []Address
	path      []writtenElement // the open elements, and the one that the tag at the place is of
	typed     string           // what stands before the place of what is to be completed
	end       int              // where that ends
	all       []ranked
}

type ranked struct {
	Candidate
	rank int
}

// add adds a candidate if it fits what is typed. The cursor goes to the mark in what is inserted, or
// behind it. Words are what it may be found by, too.
func (w *writing) add(label, help, insert string, words ...string) {
	rank, ok := fit(w.typed, label, words)
	if !ok || strings.Contains(label, cursorMark) {
		return
	}
	before, after, marked := strings.Cut(insert, cursorMark)
	insert = before + after
	at := len(insert)
	if marked {
		at = len(before)
	}
	w.all = append(w.all, ranked{Candidate{label, help, insert, w.from, w.end, at}, rank})
}

// cursorMark cannot stand in XML.
const cursorMark = "\x00"

// How well something fits what is typed, the best first.
const (
	atStart    = iota
	byInitials // which begin words in it, in this order
	within
	inWords   // that it is found by, too
	byLetters // which are there in this order
)

// fit says how well something fits what is typed.
func fit(typed, label string, words []string) (int, bool) {
	typed = strings.ToLower(typed)
	label = strings.ToLower(label)
	switch {
	case typed == "" || strings.HasPrefix(label, typed):
		return atStart, true
	case len(typed) > 1 && inOrder(typed, initials(label)):
		return byInitials, true
	case strings.Contains(label, typed):
		return within, true
	}
	for _, word := range words {
		if strings.Contains(strings.ToLower(word), typed) {
			return inWords, true
		}
	}
	if len(typed) > 1 && inOrder(typed, label) {
		return byLetters, true
	}
	return 0, false
}

// initials are the first letters of the words in a name.
func initials(name string) string {
	var b strings.Builder
	begins := true
	for _, c := range name {
		if begins {
			b.WriteRune(c)
		}
		begins = strings.ContainsRune("-_:/# ", c)
	}
	return b.String()
}

// inOrder says whether the letters stand in a text one after the other, with others between them.
func inOrder(letters, text string) bool {
	for _, c := range letters {
		i := strings.IndexRune(text, c)
		if i < 0 {
			return false
		}
		text = text[i+utf8.RuneLen(c):]
	}
	return true
}

// innermost is the name of the element that the place is in, as it is written.
func (w *writing) innermost() string {
	if len(w.open) == 0 {
		return ""
	}
	t := w.open[len(w.open)-1]
	return w.text[t.name:t.nameEnd]
}

// between is for what stands between tags: a value, an element, a closing tag.
func (w *writing) between() {
	start := skip(w.text, w.from)
	if start > w.offset {
		start = w.offset
	}
	end := strings.IndexByte(w.text[w.offset:], '<')
	if end < 0 {
		end = len(w.text) - w.offset
	}
	w.typed, w.from, w.end = w.text[start:w.offset], start, w.offset+len(strings.TrimRight(w.text[w.offset:w.offset+end], spaceChars))
	w.texts()
	blank := w.typed == ""
	w.typed, w.from, w.end = "", w.offset, w.offset
	if blank {
		w.children("<")
	}
	name := w.innermost()
	rest := strings.TrimLeft(w.text[w.offset:], spaceChars)
	if closing, ok := strings.CutPrefix(rest, "</"+name); name != "" && (!ok || closing != "" && nameEnd(closing, 0) > 0) {
		w.add("</"+name+">", "", "</"+name+">")
	}
}

// iqType is the type of the IQ, "" where none is known.
func (w *writing) iqType() stanza.Type {
	if len(w.path) == 0 || w.path[0].name.Local != "iq" {
		return ""
	}
	return stanza.Type(w.path[0].attrs["type"])
}

// inIQ says whether the place is in an IQ, and not beside one.
func (w *writing) inIQ() bool { return len(w.path) > 0 && w.path[0].name.Local == "iq" }

// isError says whether an element is the IQ's <error/>.
func isError(e writtenElement) bool {
	return e.name.Local == "error" && (e.name.Space == stanza.NSClient || e.name.Space == stanza.NSComponent)
}
