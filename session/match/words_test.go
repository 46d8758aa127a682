package match

import "testing"

// Whatever is offered for completion is understood.
func TestWhatIsOfferedIsUnderstood(t *testing.T) {
	keys := BasicKeys()
	first, next := Steps(keys)
	var all []string
	all = append(all, first...)
	for _, name := range next {
		all = append(all, "iq/"+name)
	}
	fields := 0
	for _, field := range Fields() {
		all = append(all, "*@"+field)
		for _, value := range Values(field) {
			all = append(all, "*@"+field+"="+value)
			fields++
		}
	}
	if len(first) <= len(next) || fields < 15 {
		t.Errorf("offered are %d first steps, %d others, %d values", len(first), len(next), fields)
	}
	for _, text := range all {
		x, err := Compile(text, keys)
		if err != nil {
			t.Errorf("%s is offered, but: %v", text, err)
		} else if doubts := x.Doubts(); len(doubts) > 0 {
			t.Errorf("%s is offered, but: %s", text, doubts[0].Words)
		}
	}
}
