package compose

import (
	"testing"
	"time"
)

func TestTimeoutsAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": SessionTimeout, "  ": SessionTimeout, "none": NoTimeout, "None": NoTimeout,
		"45s": 45 * time.Second, "45 s": 45 * time.Second, "0.3": 300 * time.Millisecond, "45": 45 * time.Second,
		"1m30s": 90 * time.Second, "300ms": 300 * time.Millisecond, "24h": 24 * time.Hour, "86400": 24 * time.Hour,
	} {
		got, err := ParseTimeout(text)
		if err != nil || got != want {
			t.Errorf("%q is %v (%v), want %v", text, got, err, want)
		}
		if again, err := ParseTimeout(TimeoutText(got)); err != nil || again != got {
			t.Errorf("%v is written %q, which is read as %v (%v)", got, TimeoutText(got), again, err)
		}
	}
}

func TestTimeoutsThatAreNoneAreRefused(t *testing.T) {
	for _, text := range []string{"0", "0s", "-1", "-5s", "soon", "45x", "NaN", "Inf", "-Inf", "1e300", "24h1s", "86401", "0x", "0.0000000001"} {
		if d, err := ParseTimeout(text); err == nil {
			t.Errorf("%q is taken for %v", text, d)
		}
	}
}

func TestADraftKeptFromElsewhereHidesNoOther(t *testing.T) {
	p := newPane("<mine")
	p.drafts.add(draft{text: "<old"})
	p.Do(PrevDraft) // <old is shown in place of <mine
	p.Keep("<elsewhere")
	if got := p.Text(); got != "<old" {
		t.Errorf("keeping a draft has put %q into the composer", got)
	}
	seen := map[string]bool{}
	for range 5 {
		p.Do(PrevDraft)
		seen[p.Text()] = true
	}
	for _, want := range []string{"<mine", "<old", "<elsewhere"} {
		if !seen[want] {
			t.Errorf("%q cannot be had again", want)
		}
	}
}

func TestATimeoutBelongsToItsDraft(t *testing.T) {
	p := newPane("<mine")
	wants := func(when string, want time.Duration) {
		t.Helper()
		if got := p.Timeout(); got != want {
			t.Errorf("%s the timeout is %v, want %v", when, got, want)
		}
	}
	p.SetTimeout(time.Second)
	p.Sent()
	wants("sent", time.Second)
	if err := p.Load("<other"); err != nil {
		t.Fatal(err)
	}
	wants("of another draft", SessionTimeout)
	p.SetTimeout(NoTimeout)
	p.Do(PrevDraft)
	wants("back at the first draft", time.Second)
	p.Do(NextDraft)
	wants("at the second draft again", NoTimeout)
	p.Keep("<elsewhere")
	p.Do(PrevDraft)
	wants("of one from elsewhere", SessionTimeout)
}
