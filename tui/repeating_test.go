package tui

import (
	"slices"
	"strings"
	"testing"

	"iqscope/history"
	"iqscope/session"
	"iqscope/tui/repeat"
)

func TestTheDraftIsRepeated(t *testing.T) {
	s := startAt(t, "<iq type='get' id='mine' to='a@b'><ping xmlns='urn:xmpp:ping'/>|</iq>")
	s.press("esc", "R")
	s.shows("How often: ")
	s.typing("3/2")
	s.press("enter")
	s.shows("✓ Sent 3 requests · 3 results · p50 0.0 ms")
	s.hides("esc stops")
	ids := map[string]bool{}
	for _, xml := range s.fake.sent {
		if !strings.Contains(xml, "<ping") || !strings.Contains(xml, "to='a@b'") {
			t.Errorf("it sent %s", xml)
		}
		ids[s.fake.parse(xml).ID()] = true
	}
	if len(s.fake.sent) != 3 || len(ids) != 3 || ids["mine"] {
		t.Errorf("it sent %d requests with the ids %v", len(s.fake.sent), ids)
	}
	if got := s.m.desk.draft.Drafts(); len(got) != 1 {
		t.Errorf("%d drafts are remembered", len(got))
	}
	if got := len(s.m.known.ours); got != 3 {
		t.Errorf("%d requests are in the pending pane", got)
	}
}

func TestTheSelectedRequestIsRepeated(t *testing.T) {
	s := start(t, 140, 45)
	s.press("alt+enter")
	s.fake.sent = nil
	s.press("alt+2")
	s.press(":")
	s.typing("repeat 5")
	s.press("enter")
	s.shows("✓ Sent 5 requests · 5 results")
	if len(s.fake.sent) != 5 || !strings.Contains(s.fake.sent[0], "disco#info") {
		t.Errorf("it sent %q", s.fake.sent)
	}
}

func TestRepeatingIsStopped(t *testing.T) {
	s := start(t, 140, 45)
	n := 0
	s.fake.following = func() {
		if n++; n == 4 {
			s.wait(repeat.Every)
			s.shows("↻ ")
			s.shows(" of 100")
			s.press("esc")
			s.shows("waiting for the rest")
			if !s.m.desk.editing {
				t.Error("the key did something else, too")
			}
		}
	}
	s.press("alt+x")
	s.typing("repeat 100")
	s.press("enter")
	s.shows("✓ Sent 4 requests of 100 · 4 results")
	if len(s.fake.sent) != 4 {
		t.Errorf("it sent %d", len(s.fake.sent))
	}
}

func TestWhatCannotBeRepeatedIsSaid(t *testing.T) {
	for _, row := range []struct {
		name, draft, often, says string
	}{
		{"no number", "<iq type='get' id='1'><a xmlns='b'/></iq>", "often", "how often is a number"},
		{"too many", "<iq type='get' id='1'><a xmlns='b'/></iq>", "1000001", "it can be sent 1 to 1000000 times"},
		{"no request", "<iq type='result' id='1'/>", "5", "only a get or a set can be repeated"},
		{"no stanza", "<iq type='get'", "5", "✗"},
		{"what loses something", "<iq type='set' id='1'><query xmlns='jabber:iq:register'><remove/></query></iq>", "5", "once more sends it 5 times"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := startAt(t, row.draft+"|")
			s.press("esc", "R")
			s.typing(row.often)
			s.press("enter")
			s.shows(row.says)
			if len(s.fake.sent) > 0 {
				t.Errorf("it sent %q", s.fake.sent)
			}
			if strings.HasPrefix(row.name, "what loses") {
				s.press("enter")
				if len(s.fake.sent) != 5 {
					t.Errorf("it sent %d", len(s.fake.sent))
				}
			}
		})
	}
}

func TestRepeatingEndsWithTheConnection(t *testing.T) {
	s := start(t, 140, 45)
	n := 0
	s.fake.following = func() {
		if n++; n == 4 {
			s.fake.status.State = session.Offline
		}
	}
	s.press("alt+x")
	s.typing("repeat 100")
	s.press("enter")
	s.shows("✗ Sent 4 requests of 100 · 3 results · 1 without an answer")
	s.shows("No more were sent: ")
}

func TestARunIsASeriesOfTheHistory(t *testing.T) {
	s := start(t, 140, 45)
	var kept []history.Series
	s.m.keepSeries = func(sum history.Series, _ history.About) { kept = append(kept, sum) }
	for range 2 {
		s.press("alt+x")
		s.typing("repeat 3")
		s.press("enter")
	}
	var series []uint64
	for _, x := range s.fake.requests {
		series = append(series, x.Series)
	}
	if !slices.Equal(series, []uint64{1, 1, 1, 2, 2, 2}) {
		t.Errorf("the requests are of the series %v", series)
	}
	if len(kept) != 2 || kept[1].Number != 2 || kept[1].Count != 3 || kept[1].OK != 3 || !kept[1].Request.IsRequest() || kept[1].Took < 0 {
		t.Errorf("kept was %+v", kept)
	}
}
