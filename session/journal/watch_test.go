package journal

import "testing"

func TestWhoWatchesIsToldOfWhatIsAppended(t *testing.T) {
	j := New(Limits{})
	rung, stop := j.Watch()
	other, stopOther := j.Watch()
	defer stopOther()
	heard := func(bell <-chan struct{}) bool {
		select {
		case <-bell:
			return true
		default:
			return false
		}
	}
	if heard(rung) {
		t.Error("it rang before anything was appended")
	}
	seq := j.Append(Entry{Text: "a"})
	j.Append(Entry{Text: "b"})
	if !heard(rung) || heard(rung) {
		t.Error("two entries are not told of by one ring")
	}
	j.Annotate(seq, func(e *Entry) { e.Text = "c" })
	if heard(rung) {
		t.Error("it rang for what an entry was told of later")
	}
	stop()
	stop()
	j.Append(Entry{Text: "d"})
	if heard(rung) || !heard(other) {
		t.Error("who stopped was told, or the other one was not")
	}
}

func TestALogCanGoOnBehindEntriesThatItNeverHad(t *testing.T) {
	j := Behind(40, Limits{})
	if s := j.Stats(); s.First != 0 || s.Last != 0 || s.Dropped != 40 {
		t.Errorf("empty, it says %+v", s)
	}
	if seq := j.Append(Entry{Text: "a"}); seq != 41 {
		t.Errorf("the first entry has the number %d", seq)
	}
	if s := j.Stats(); s.First != 41 || s.Last != 41 || s.Dropped != 40 {
		t.Errorf("with an entry it says %+v", s)
	}
	if w := j.Window(nil, 1, 10); len(w) != 1 || w[0].Seq != 41 {
		t.Errorf("its window from the start is %+v", w)
	}
}
