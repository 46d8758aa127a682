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

// drafts are those that were sent, oldest first, and the place where the reader is in them.
type drafts struct {
	texts []draft
	at    int   // len(texts): at the one that was being written
	own   draft // that one, while an older one is shown
}

// add remembers a draft and goes back to the end. One whose text is there already moves to the end.
func (d *drafts) add(sent draft) {
	d.texts = slices.DeleteFunc(d.texts, func(old draft) bool { return old.text == sent.text })
	d.texts = append(d.texts, sent)
	for len(d.texts) > mostDrafts || len(d.texts) > 1 && d.bytes() > mostDraftBytes {
		d.texts = slices.Delete(d.texts, 0, 1)
	}
	d.at = len(d.texts)
}

// keep remembers a text as the one sent last. The text that was being written is remembered too if
// an older one is shown in its place.
func (d *drafts) keep(text string) {
	if d.at < len(d.texts) && d.own.text != "" {
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
	if d.at == len(d.texts) {
		d.own = current
	}
	d.at--
	return d.texts[d.at], true
}

// jump goes to the draft with a text; current is what the editor holds.
func (d *drafts) jump(text string, current draft) (draft, bool) {
	i := slices.IndexFunc(d.texts, func(old draft) bool { return old.text == text })
	if i < 0 {
		return draft{}, false
	}
	if d.at == len(d.texts) {
		d.own = current
	}
	d.at = i
	return d.texts[i], true
}

// forward returns the draft after the one shown, in the end the text that was being written.
func (d *drafts) forward() (draft, bool) {
	if d.at >= len(d.texts) {
		return draft{}, false
	}
	d.at++
	if d.at == len(d.texts) {
		return d.own, true
	}
	return d.texts[d.at], true
}
