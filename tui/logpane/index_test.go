package logpane

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
	"iqscope/themes"
	"iqscope/tui/keys"
)

// element appends an element that came in.
func (l *logged) element(t *testing.T, xml string) uint64 {
	return l.Append(journal.Entry{Time: now, Dir: stanza.In, Stanza: parse(t, xml)})
}

const (
	askAck = "<r xmlns='urn:xmpp:sm:3'/>"
	ackXML = "<a xmlns='urn:xmpp:sm:3' h='1'/>"
)

// asks appends a request of ours; answers a reply to it, which is known as one a moment later.
func (l *logged) asks(t *testing.T, id string) uint64 {
	return l.Append(journal.Entry{Time: now, Dir: stanza.Out, Stanza: parse(t, "<iq type='get' id='"+id+"' to='romeo@x/phone'><query xmlns='jabber:iq:version'/></iq>")})
}

func (l *logged) answers(t *testing.T, request uint64, verdict stanza.Verdict) uint64 {
	seq := l.element(t, "<iq type='result' id='x' from='romeo@x/phone'><query xmlns='jabber:iq:version'/></iq>")
	l.judged(seq, request, verdict)
	return seq
}

func (l *logged) judged(seq, request uint64, verdict stanza.Verdict) {
	l.Annotate(seq, func(e *journal.Entry) { e.Request, e.Verdict, e.RTT = request, verdict, 12*time.Millisecond })
	if verdict == stanza.VerdictReply {
		l.Annotate(request, func(e *journal.Entry) { e.Reply, e.Outcome = seq, stanza.OutcomeResult })
	}
}

// wantLines checks what stands in the rows, without times and with single spaces.
func (l *logged) wantLines(when string, want ...string) {
	l.Helper()
	var got []string
	for _, line := range drawn(l.Pane) {
		words := slices.DeleteFunc(strings.Fields(line), func(w string) bool { return strings.HasPrefix(w, "12:00:00") })
		if len(words) > 0 && words[0] != "TIME" && !strings.HasPrefix(words[0], "#") {
			got = append(got, strings.Join(words, " "))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.Errorf("%s the log shows (-want +got):\n%s", when, diff)
	}
}

func TestARequestAndItsAnswersAreOneRowThatUnfolds(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	request := l.asks(t, "q1")
	forged := l.element(t, "<iq type='result' id='q1' from='mallory@evil'/>")
	l.Refresh()
	l.wantLines("before it is judged", "→ get q1 romeo@x/phone version", "▸ ← result q1 mallory@evil")
	l.judged(forged, request, stanza.VerdictWrongSender)
	l.Refresh()
	l.wantLines("then", "▸ → get q1 romeo@x/phone version ! wrong-sender")
	reply := l.answers(t, request, stanza.VerdictReply)
	l.element(t, "<message from='nurse@x' id='m4'/>")
	l.Refresh()
	l.wantLines("with its reply", "→ get q1 romeo@x/phone version ! wrong-sender result 12 ms", "▸ ← message m4 nurse@x")
	l.wantInfo("with its reply", "live · 2")

	l.Do(keys.Up)
	l.wantSelected("of the folded exchange", reply)
	l.Do(ToggleFold)
	l.wantLines("unfolded",
		"▸ → get q1 romeo@x/phone version ! wrong-sender result 12 ms",
		"├ → get q1 romeo@x/phone version",
		"├ ← result q1 mallory@evil ! wrong-sender",
		"└ ← result x romeo@x/phone version 12 ms",
		"← message m4 nurse@x")
	l.wantInfo("unfolded", "paused · 2")
	for _, want := range []uint64{request, forged, reply, 4} {
		l.Do(keys.Down)
		l.wantSelected("going down", want)
	}
	l.Do(keys.Up)
	l.Do(ToggleFold)
	l.wantLines("folded from below", "▸ → get q1 romeo@x/phone version ! wrong-sender result 12 ms", "← message m4 nurse@x")
	if l.Fold() != Unfolding {
		t.Error("it is not said that it unfolds")
	}
	l.Do(keys.Down)
	if l.Fold() != Nothing {
		t.Error("a message unfolds")
	}

	l.Do(ToggleView)
	l.wantLines("on the wire", "→ get q1 romeo@x/phone version", "← result q1 mallory@evil ! wrong-sender", "← result x romeo@x/phone version 12 ms", "▸ ← message m4 nurse@x")
	l.Do(keys.Up)
	l.Do(ToggleView)
	l.wantSelected("back from the reply", reply)
}

func TestHowAnExchangeEndedStandsAtTheRight(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.setSize(100, 20)
	waits := map[uint64]bool{}
	l.SetWaits(func(seq uint64) bool { return waits[seq] })
	waits[l.asks(t, "waits")] = true
	for _, outcome := range []stanza.Outcome{stanza.OutcomeTimeout, stanza.OutcomeUnknown, stanza.OutcomeCancelled} {
		seq := l.asks(t, string(outcome))
		l.Annotate(seq, func(e *journal.Entry) { e.Outcome = outcome })
	}
	late := l.asks(t, "late")
	l.Annotate(late, func(e *journal.Entry) { e.Outcome = stanza.OutcomeTimeout })
	seq := l.element(t, "<iq type='result' id='late' from='romeo@x/phone'/>")
	l.Annotate(seq, func(e *journal.Entry) {
		e.Request, e.Verdict, e.LateBy = late, stanza.VerdictLate, 1040*time.Millisecond
	})
	failed := l.asks(t, "failed")
	seq = l.element(t, "<iq type='error' id='failed' from='romeo@x/phone'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
	l.judged(seq, failed, stanza.VerdictReply)
	theirs := l.element(t, "<iq type='set' id='theirs' from='nurse@x'><query xmlns='jabber:iq:roster'/></iq>")
	seq = l.Append(journal.Entry{Time: now.Add(3 * time.Millisecond), Dir: stanza.Out, Stanza: parse(t, "<iq type='result' id='theirs' to='nurse@x'/>")})
	l.Annotate(seq, func(e *journal.Entry) { e.Request = theirs })
	l.Annotate(theirs, func(e *journal.Entry) { e.Reply = seq })
	twice := l.asks(t, "twice")
	l.answers(t, twice, stanza.VerdictReply)
	l.answers(t, twice, stanza.VerdictDuplicate)
	l.answers(t, twice, stanza.VerdictDuplicate)
	l.Refresh()
	l.wantLines("",
		"→ get waits romeo@x/phone version waits",
		"→ get timeout romeo@x/phone version timeout",
		"→ get unknown romeo@x/phone version unknown",
		"→ get cancelled romeo@x/phone version cancelled",
		"→ get late romeo@x/phone version ! late by 1.04 s timeout",
		"→ get failed romeo@x/phone version item-not-found 12 ms",
		"← set theirs nurse@x roster result 3.0 ms",
		"▸ → get twice romeo@x/phone version ! 2 refused result 12 ms")
}

func TestAcknowledgementsAndKeepalivesAreCountedInALine(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.element(t, ackXML)
	l.Refresh()
	l.wantLines("of one alone", "▸ · 1 acknowledgement")
	if _, ok := l.Selected(); ok || !l.OnRun() {
		t.Error("a count is a stanza")
	}
	l.element(t, "<message id='m2'/>")
	l.element(t, askAck)
	l.element(t, "<a xmlns='urn:example:a' id='a4'/>") // none of them
	l.element(t, "<r xmlns='urn:xmpp:sm:2'/>")
	ping := l.Append(journal.Entry{Time: now, Dir: stanza.Out, Unasked: true, Stanza: parse(t, "<iq type='get' id='k'><ping xmlns='urn:xmpp:ping'/></iq>")})
	l.element(t, ackXML)
	l.answers(t, ping, stanza.VerdictReply) // #8
	l.Refresh()
	want := []string{"· 1 acknowledgement", "← message m2", "· 1 acknowledgement", "▸ ← a", "· 2 acknowledgements · 1 keepalive"}
	l.wantLines("counted", want...)
	l.wantInfo("counted", "live · 2")
	l.Do(ToggleView)
	l.wantLines("counted on the wire", want...)
	l.Do(ToggleView)

	l.Do(keys.Down)
	l.Do(ToggleFold)
	l.wantLines("one unfolded", "· 1 acknowledgement", "← message m2", "· 1 acknowledgement", "← a", "▸ · 2 acknowledgements · 1 keepalive",
		"├ ← r", "├ → get k ping", "├ ← a", "└ ← result x romeo@x/phone version 12 ms")
	l.Do(ToggleFold)
	l.Do(keys.Up)

	l.Do(ToggleAcks)
	l.wantInfo("shown", "paused · 7")
	l.wantLines("shown", "← a", "← message m2", "← r", "▸ ← a", "← r", "→ get k ping result 12 ms", "← a")
	l.Do(ToggleAcks)
	l.wantLines("counted again", want...)

	l.Annotate(ping, func(e *journal.Entry) { e.Outcome, e.Reply = stanza.OutcomeTimeout, 0 })
	l.Refresh()
	l.wantLines("when nobody answered the keepalive", "· 1 acknowledgement", "← message m2", "· 1 acknowledgement", "▸ ← a", "· 1 acknowledgement", "→ get k ping timeout", "· 1 acknowledgement")
}

func TestAForgedAnswerToAKeepaliveIsNotCountedAway(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.Do(ToggleView)
	ping := l.Append(journal.Entry{Time: now, Dir: stanza.Out, Unasked: true, Stanza: parse(t, "<iq type='get' id='k'><ping xmlns='urn:xmpp:ping'/></iq>")})
	l.answers(t, ping, stanza.VerdictWrongSender)
	l.answers(t, ping, stanza.VerdictReply)
	l.Refresh()
	l.wantLines("", "• · 1 keepalive", "▸ ← result x romeo@x/phone ! wrong-sender version", "· answer to a keepalive")
}

func TestALiveLogOfAcknowledgementsStaysOnTheLastStanza(t *testing.T) {
	l := newLogged(t, journal.Limits{Count: 40})
	l.Do(ToggleAcks)
	for _, xml := range []string{"<message id='m1'/>", askAck, ackXML} {
		l.element(t, xml)
	}
	l.Refresh()
	l.wantSelected("live", 1)
	if got := strings.Join(drawn(l.Pane), "\n"); !strings.Contains(got, "← a ") {
		t.Errorf("the newest is not in sight:\n%s", got)
	}
	for range 30 {
		l.element(t, ackXML)
	}
	l.Refresh()
	l.wantSelected("with more than a window of them", 1)
	for range 20 { // the stanza drops out of the log
		l.element(t, ackXML)
	}
	l.Refresh()
	l.wantSelected("without a stanza", 53)
	l.Do(keys.End)
	l.wantSelected("at the end", 53)
	l.element(t, "<message id='m54'/>")
	l.element(t, ackXML)
	l.Refresh()
	l.wantSelected("with a stanza again", 54)
}

func TestAFilterShowsAnExchangeWhenAnythingInItMatches(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	one, two := l.asks(t, "one"), l.asks(t, "two")
	l.answers(t, two, stanza.VerdictReply)
	l.element(t, askAck)
	l.Refresh()
	l.filterBy("iq@type=result")
	l.finish()
	l.wantShown("at first", 3)
	l.wantLines("at first", "▸ → get two romeo@x/phone version result 12 ms")
	l.wantInfo("at first", "live · iq@type=result · 1 of 2")
	reply := l.element(t, "<iq type='result' id='one' from='romeo@x/phone'/>")
	l.Refresh()
	l.finish()
	l.wantLines("with a reply that is not judged yet", "→ get two romeo@x/phone version result 12 ms", "▸ ← result one romeo@x/phone")
	l.judged(reply, one, stanza.VerdictReply)
	l.Refresh()
	l.wantLines("when it is", "→ get one romeo@x/phone version result 12 ms", "▸ → get two romeo@x/phone version result 12 ms")
	l.finish()
	l.Do(ToggleView)
	l.wantLines("on the wire", "← result x romeo@x/phone version 12 ms", "▸ ← result one romeo@x/phone 12 ms")
	l.filterBy("r")
	l.finish()
	if text := strings.Join(drawn(l.Pane), " "); !strings.Contains(text, "Acknowledgements of stream management are left out; . shows them.") {
		t.Errorf("of a filter for what is counted is said %q", text)
	}
	l.Do(ToggleAcks)
	l.finish()
	l.wantLines("with the acknowledgements", "▸ ← r")
}

func TestAnEntryIsGoneToInEitherView(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	one := l.asks(t, "one")
	reply := l.answers(t, one, stanza.VerdictReply)
	acked := l.element(t, ackXML)
	l.element(t, "<message/>")
	l.Refresh()
	for range 2 {
		for _, seq := range []uint64{one, reply, acked, 4} {
			if !l.Go(seq) {
				t.Errorf("there is no way to #%d", seq)
			}
			l.wantSelected("gone there", seq)
		}
		l.Do(ToggleView)
	}
	l.filterBy("message")
	l.finish()
	l.Go(reply)
	l.wantSelected("though the filter hides it", reply)
	if l.Go(99) {
		t.Error("there is a way to what is not there")
	}
}

// rowsOf are the rows of a log as they should be, found out by looking at everything.
func rowsOf(entries []journal.Entry, wire, loose bool) (rows []uint64, members map[uint64][]uint64) {
	at := map[uint64]journal.Entry{}
	for _, e := range entries {
		at[e.Seq] = e
	}
	head := func(e journal.Entry) uint64 {
		for {
			next, ok := at[e.Request]
			if !ok {
				return e.Seq
			}
			e = next
		}
	}
	members = map[uint64][]uint64{}
	inRun := false
	for _, e := range entries {
		h := head(e)
		members[h] = append(members[h], e.Seq)
		if !wire && h != e.Seq {
			continue
		}
		counted := isAck(&e) || isKeepalive(&e) || h != e.Seq && isKeepalive(ptr(at[h])) && !flagged(e)
		if counted && !loose {
			if !inRun {
				rows = append(rows, e.Seq)
			}
			inRun = true
			continue
		}
		inRun = false
		rows = append(rows, e.Seq)
	}
	return rows, members
}

func ptr(e journal.Entry) *journal.Entry { return &e }

// Whatever comes, is judged late and is dropped: the rows are those that looking at everything finds.
func TestTheRowsAreAsLookingAtEverythingFindsThem(t *testing.T) {
	message, r := parse(t, "<message/>"), parse(t, askAck)
	iq := parse(t, "<iq type='get' id='q'><query xmlns='u'/></iq>")
	x := compile(t, "message or iq@verdict")
	rapid.Check(t, func(rt *rapid.T) {
		l := &logged{TB: t, Journal: journal.New(journal.Limits{Count: rapid.SampledFrom([]int{5, 20, 60}).Draw(rt, "count")})}
		l.Pane = New(l.Journal, themes.Plain())
		l.setSize(80, 12)
		seq := func(t *rapid.T) uint64 {
			s := l.Stats()
			return rapid.Uint64Range(max(1, s.First), max(1, s.Last)).Draw(t, "seq")
		}
		asked := map[uint64]bool{} // a request is no reply, and a reply no request
		rt.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				for range rapid.IntRange(1, 30).Draw(t, "n") {
					e := journal.Entry{Time: now, Dir: stanza.In, Stanza: rapid.SampledFrom([]*stanza.Stanza{message, r, r, iq}).Draw(t, "xml")}
					if e.Stanza == iq {
						e.Unasked = rapid.Bool().Draw(t, "unasked")
					}
					l.Append(e)
				}
			},
			"judge": func(t *rapid.T) {
				for range rapid.IntRange(1, 10).Draw(t, "n") {
					reply, request := seq(t), seq(t)
					if e, ok := l.Get(reply); !ok || request >= reply || e.Request != 0 || e.Stanza != iq || asked[reply] {
						continue
					}
					if e, ok := l.Get(request); !ok || e.Request != 0 {
						continue
					}
					asked[request] = true
					verdict := rapid.SampledFrom([]stanza.Verdict{stanza.VerdictReply, stanza.VerdictDuplicate}).Draw(t, "verdict")
					l.Annotate(reply, func(e *journal.Entry) { e.Request, e.Verdict, e.Unasked = request, verdict, false })
				}
			},
			"end":     func(t *rapid.T) { l.Annotate(seq(t), func(e *journal.Entry) { e.Outcome = stanza.OutcomeTimeout }) },
			"refresh": func(*rapid.T) { l.Refresh() },
			"view":    func(*rapid.T) { l.Do(ToggleView) },
			"acks":    func(*rapid.T) { l.Do(ToggleAcks) },
			"filter":  func(*rapid.T) { l.SetFilter("x", x) },
			"off":     func(*rapid.T) { l.ToggleFilter() },
			"fold":    func(*rapid.T) { l.Do(ToggleFold) },
			"step":    func(*rapid.T) { l.step() },
			"move": func(t *rapid.T) {
				l.Do(rapid.SampledFrom([]keys.Action{keys.Up, keys.Down, keys.Home, keys.End, keys.PageUp}).Draw(t, "key"))
			},
			"": func(t *rapid.T) {
				drawn(l.Pane)
				if at, ok := l.list.Selected(); ok {
					if place, there := l.listed.Find(at, 0); !there || l.listed.At(place) != at {
						t.Fatalf("the selected line %v is not found", at)
					}
				}
				for i := range l.listed.Len() {
					if place, ok := l.listed.Find(l.listed.At(i), 0); !ok || place != i {
						t.Fatalf("line %d, %v, is found at %d", i, l.listed.At(i), place)
					}
				}
			},
			"compare": func(t *rapid.T) {
				l.Refresh()
				l.finish()
				entries := l.Window(nil, 0, 1000)
				want, members := rowsOf(entries, l.Wire(), l.index.loose)
				if diff := cmp.Diff(want, slices.Clone(l.index.items.seqs)); diff != "" && len(want) > 0 {
					t.Fatalf("the rows are (-want +got):\n%s", diff)
				}
				runs := 0
				for _, row := range want {
					if l.index.isRun(row) {
						runs++
					}
				}
				if runs != l.index.runs {
					t.Fatalf("%d runs are counted, want %d", l.index.runs, runs)
				}
				for head, all := range members {
					if diff := cmp.Diff(all, l.index.members(head, 1000)); diff != "" {
						t.Fatalf("to #%d belong (-want +got):\n%s", head, diff)
					}
				}
				if !l.Filtered() {
					return
				}
				var found []uint64
				for head, all := range members {
					for _, seq := range all {
						e, _ := l.Get(seq)
						if x.Match(Subject(e)) {
							if l.Wire() {
								head = seq
							}
							found = append(found, head)
						}
					}
				}
				slices.Sort(found)
				found = slices.Compact(found)
				if diff := cmp.Diff(found, slices.Clone(l.listed.items.seqs)); diff != "" && len(found) > 0 {
					t.Fatalf("the filter shows (-want +got):\n%s", diff)
				}
				for _, e := range l.index.buffer {
					if e.Stanza != nil {
						t.Fatal("a stanza is held")
					}
				}
			},
		})
	})
}

func TestOnlyTheFirstOfAFloodOfAnswersAreListed(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	request := l.asks(t, "q")
	for range mostMembers + 5 {
		l.answers(t, request, stanza.VerdictDuplicate)
	}
	l.Refresh()
	if line := drawn(l.Pane)[1]; !strings.Contains(line, "! 19+ refused") {
		t.Errorf("of many refused is said %q", line)
	}
	l.Do(ToggleFold)
	l.Do(keys.End)
	if text := strings.Join(drawn(l.Pane), "\n"); !strings.Contains(text, fmt.Sprintf("the first %s are listed", "1,000")) {
		t.Errorf("it is not said that there are more:\n%s", text)
	}
}

func TestWhatUnfoldsAtTheEndComesIntoSight(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.notes(30)
	request := l.asks(t, "q")
	l.answers(t, request, stanza.VerdictReply)
	l.Refresh()
	l.Do(ToggleFold)
	l.wantInfo("unfolded,", "paused · 31") // nothing of that is new
	lines := drawn(l.Pane)
	if got := lines[len(lines)-2]; !strings.Contains(got, "└ ") || !strings.Contains(got, "result") {
		t.Errorf("the last row is %q, want the reply", got)
	}
	if got := lines[len(lines)-4]; !strings.HasPrefix(got, "▸") {
		t.Errorf("the exchange is not selected: %q", got)
	}
}

func TestTextStandsUnderAnUnfoldedExchange(t *testing.T) {
	l := newLogged(t, journal.Limits{})
	l.SetDetail(func(head uint64, width int) []string {
		return []string{fmt.Sprintf("about #%d in %d cells", head, width)}
	})
	request := l.asks(t, "q")
	l.element(t, "<message/>")
	l.Refresh()
	l.Go(request)
	l.wantLines("", "→ get q romeo@x/phone version", "▸ └ → get q romeo@x/phone version", "about #1 in 100 cells", "← message –")
}
