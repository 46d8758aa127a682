package compose

import (
	"slices"
	"time"
)

// Limits of the drafts that are remembered.
const (
	mostDrafts     = 100
	mostDraftBytes = 8 << 20
)

// draft is a text, and how long a request that is sent from it waits.
type draft struct {
	text    string
	timeout time.Duration
}

// drafts are those that were sent, oldest first, and the place where the reader is in them. Those of
// earlier runs of the program come before those of this one; each text is there once.
type drafts struct {
	earlier []draft
	texts   []draft
	at      int   // in both together; behind the last: at the one that was being written
	own     draft // that one, while an older one is shown
}

func (d *drafts) len() int { return len(d.earlier) + len(d.texts) }

// get returns the draft at a place in both together.
func (d *drafts) get(at int) draft {
	if at < len(d.earlier) {
		return d.earlier[at]
	}
	return d.texts[at-len(d.earlier)]
}

// find is the place of a text; -1 for none.
func (d *drafts) find(text string) int {
	is := func(old draft) bool { return old.text == text }
	if i := slices.IndexFunc(d.texts, is); i >= 0 {
		return len(d.earlier) + i
	}
	return slices.IndexFunc(d.earlier, is)
}

// setEarlier takes in what was sent in earlier runs, the last one first. The reader stays at the
// draft that is shown.
func (d *drafts) setEarlier(texts []string) {
	end, shown := d.at == d.len(), ""
	if !end {
		shown = d.get(d.at).text
	}
	d.earlier = nil
	size, has := 0, map[string]bool{}
	for _, t := range d.texts {
		has[t.text] = true
	}
	for _, text := range texts {
		if has[text] {
			continue
		}
		if size += len(text); len(d.earlier) == mostDrafts || size > mostDraftBytes {
			break
		}
		has[text] = true
		d.earlier = append(d.earlier, draft{text: text})
	}
	slices.Reverse(d.earlier)
	if d.at = d.len(); !end {
		if at := d.find(shown); at >= 0 {
			d.at = at
		}
	}
}

// add remembers a draft and goes back to the end. One whose text is there already moves to the end.
func (d *drafts) add(sent draft) {
	same := func(old draft) bool { return old.text == sent.text }
	d.earlier = slices.DeleteFunc(d.earlier, same)
	d.texts = append(slices.DeleteFunc(d.texts, same), sent)
	for len(d.texts) > mostDrafts || len(d.texts) > 1 && d.bytes() > mostDraftBytes {
		d.texts = slices.Delete(d.texts, 0, 1)
	}
	d.at = d.len()
}

// keep remembers a text as the one sent last. The text that was being written is remembered too if
// an older one is shown in its place.
func (d *drafts) keep(text string) {
	if d.at < d.len() && d.own.text != "" {
		d.add(d.own)
	}
	d.add(draft{text: text})
}

func (d *drafts) bytes() int {
	n := 0
	for _, t := range d.texts {
		n += len(t.text)
	}
	return n
}

// back returns the draft before the one shown; current is what the editor holds.
func (d *drafts) back(current draft) (draft, bool) {
	if d.at == 0 {
		return draft{}, false
	}
	if d.at == d.len() {
		d.own = current
	}
	d.at--
	return d.get(d.at), true
}

// jump goes to the draft with a text; current is what the editor holds.
func (d *drafts) jump(text string, current draft) (draft, bool) {
	i := d.find(text)
	if i < 0 {
		return draft{}, false
	}
	if d.at == d.len() {
		d.own = current
	}
	d.at = i
	return d.get(i), true
}

// forward returns the draft after the one shown, in the end the text that was being written.
func (d *drafts) forward() (draft, bool) {
	if d.at >= d.len() {
		return draft{}, false
	}
	d.at++
	if d.at == d.len() {
		return d.own, true
	}
	return d.get(d.at), true
}
