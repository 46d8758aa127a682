package xmlscan

// form is how a start tag was written: its name and its attributes, and all that stands before their
// values. Whoever writes such an element again most likely writes it in the same form. Then each name is
// compared together with what is around it, and there is nothing to look up, to tell apart or to fill in
// but places.
type form struct {
	qname    *qname // of the element
	attrs    []Attr // whose places are those of the latest tag
	before   []byte // what stands before the values, the name and all quotes too, one behind the other
	cuts     []formCut
	slots    uint64
	prefixed int
	declares bool
	patience int   // how many tags may differ before the form is another
	next     *form // that of the tag which followed the latest one
}

// formCut is where in form.before ends what stands before a value, and how long the attribute's name is.
type formCut struct{ end, name int }

// begins says that the tag whose name stands at b[i] begins as the form does.
func (f *form) begins(b []byte, i int) bool {
	end := f.cuts[0].end
	return i+end <= len(b) && string(b[i:i+end]) == string(f.before[:end])
}

// guessForm returns the form of the tag whose name stands at b[i] if it begins as is most likely: as the
// one that followed the tag before when that was last seen.
func (s *Scanner) guessForm(b []byte, i int) *form {
	if last := s.names.form; last != nil && last.next != nil && last.next.begins(b, i) {
		return last.next
	}
	return nil
}

// findForm returns the form that is known for the element's name, which stands at b[i], if the tag begins
// so; else nil.
func (s *Scanner) findForm(b []byte, i int) *form {
	if f := s.names.forms[s.tag.qname.slot]; f != nil && f.begins(b, i) {
		return f
	}
	return nil
}

// followForm takes the attributes of a tag that begins as the form at b[i], as long as they are written
// so, and returns the index behind them. If that were all there are, whole is set, and the attributes
// are the form's own.
func (s *Scanner) followForm(f *form, b []byte, i int) (end int, whole bool) {
	t := &s.tag
	seen, from := 0, 0
	for ; seen < len(f.attrs) && seen < s.limits.Attrs; seen++ {
		cut := f.cuts[seen]
		value := i + cut.end - from
		// That the tag begins as the form does has been seen.
		if seen > 0 && (value > len(b) || string(b[i:value]) != string(f.before[from:cut.end])) {
			break
		}
		quote, ref := b[value-1], false
		valueEnd := skipValue(b, value)
		if valueEnd == len(b) || b[valueEnd] != quote {
			if valueEnd, ref = s.plainValueEnd(b, valueEnd, quote); valueEnd < 0 {
				break
			}
		}
		a := &f.attrs[seen]
		a.Pos, a.End = s.offset(value-len("='")-cut.name), s.offset(valueEnd+1)
		a.ValPos, a.ValEnd = s.offset(value), s.offset(valueEnd)
		a.Ref = ref
		i, from = valueEnd+1, cut.end
	}
	if seen == 0 {
		return i + len(f.qname.raw), false
	}
	if last := s.names.form; last != nil && last.next != f {
		last.next = f
	}
	s.names.form = f
	// Of a part of the attributes these say too much, which costs whoever asks another look.
	t.slots, t.prefixed, t.declares = f.slots, f.prefixed, f.declares
	if seen == len(f.attrs) && (i < len(b) && b[i] == '>' || i+1 < len(b) && b[i] == '/' && b[i+1] == '>') {
		t.attrs = f.attrs
		f.patience = formPatience
		return i, true
	}
	t.own = append(t.own[:0], f.attrs[:seen]...)
	t.attrs = t.own
	return i, false
}

// learnForm takes the form of the tag whose name stands at b[i], where there is none or the one that is
// known has not fitted for a while.
func (s *Scanner) learnForm(b []byte, i int) {
	t := &s.tag
	f := s.names.forms[t.qname.slot]
	size := 0 // of what stands before the values
	for end, k := i, 0; k < len(t.attrs); k++ {
		size += s.index(t.attrs[k].ValPos) - end
		end = s.index(t.attrs[k].ValEnd)
	}
	switch {
	case size == 0 || size > maxFormBytes || len(t.attrs) > maxLinear:
		return
	case f == nil:
		f = new(form)
		s.names.forms[t.qname.slot] = f
	case f.patience > 1:
		f.patience--
		return
	}
	*f = form{
		qname: t.qname, patience: formPatience, next: f.next,
		attrs: append(f.attrs[:0], t.attrs...), before: f.before[:0], cuts: f.cuts[:0],
		slots: t.slots, prefixed: t.prefixed, declares: t.declares,
	}
	for _, a := range t.attrs {
		name, value := s.index(a.Pos), s.index(a.ValPos)
		f.before = append(f.before, b[i:value]...)
		f.cuts = append(f.cuts, formCut{end: len(f.before), name: value - len("='") - name})
		i = s.index(a.End)
	}
}
