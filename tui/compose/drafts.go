package compose

import "slices"

// Limits of the drafts that are remembered.
const (
	mostDrafts     = 100
	mostDraftBytes = 8 << 20
)

// drafts are the texts that were sent, oldest first, and the place where the reader is in them.
type drafts struct {
	texts []string
	at    int    // len(texts): at the text that was being written
	own   string // that text, while an older one is shown
}

// add remembers a text and goes back to the end. A text that is there already moves to the end.
func (d *drafts) add(text string) {
	d.texts = slices.DeleteFunc(d.texts, func(old string) bool { return old == text })
	d.texts = append(d.texts, text)
	for len(d.texts) > mostDrafts || len(d.texts) > 1 && d.bytes() > mostDraftBytes {
		d.texts = slices.Delete(d.texts, 0, 1)
	}
	d.at = len(d.texts)
}

// keep remembers a text as the one sent last. The text that was being written is remembered too if
// an older one is shown in its place.
func (d *drafts) keep(text string) {
	if d.at < len(d.texts) && d.own != "" {
		d.add(d.own)
	}
	d.add(text)
}

func (d *drafts) bytes() int {
	n := 0
	for _, t := range d.texts {
		n += len(t)
	}
	return n
}

// back returns the draft before the one shown; current is what the editor holds.
func (d *drafts) back(current string) (string, bool) {
	if d.at == 0 {
		return "", false
	}
	if d.at == len(d.texts) {
		d.own = current
	}
	d.at--
	return d.texts[d.at], true
}

// forward returns the draft after the one shown, in the end the text that was being written.
func (d *drafts) forward() (string, bool) {
	if d.at >= len(d.texts) {
		return "", false
	}
	d.at++
	if d.at == len(d.texts) {
		return d.own, true
	}
	return d.texts[d.at], true
}
