package replay

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"iqscope/internal/record"
	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/capture"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/exchange"
	"iqscope/session/journal"
	"iqscope/session/negotiate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = time.Minute

// joins connects an account to the built-in server.
func joins(t xmpptest.T, server *demo.Server, account string, cfg session.Config) *session.Session {
	t.Helper()
	cfg.Negotiate = negotiate.Config{
		JID: xmpptest.JID(t, account+"@"+demo.Domain), Server: server.Addr(), TLS: negotiate.TLSStart, RootCAs: server.RootCAs(),
		Password: func(context.Context) (string, error) { return demo.Password, nil },
	}
	return session.New(cfg)
}

func connects(t xmpptest.T, s *session.Session) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Connect(ctx); err != nil {
		t.Fatalf("no connection: %v", err)
	}
}

func leaves(s *session.Session) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = s.Close(ctx)
}

// itemsOf reads a recording.
func itemsOf(t xmpptest.T, path string) ([]Item, record.Told) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v", err)
	}
	told, ok := record.Read(string(text))
	if !ok || !told.Whole {
		t.Fatalf("it is no whole recording: %s", text)
	}
	c, err := capture.ReadAs(strings.NewReader(string(text)), capture.Auto, stanza.ClientScope())
	if err != nil || c.Format != capture.JSON {
		t.Fatalf("it reads as %q, %v", c.Format, err)
	}
	return Join(told, c.Elements()), told
}

// line is what the log says of an element.
func line(e journal.Entry) string {
	if e.Stanza == nil {
		return fmt.Sprintf("%d note %s", e.Seq, e.Text)
	}
	text := ""
	if e.Verdict != "" {
		text = e.Text
	}
	return fmt.Sprintf("%d %d %s | %s %s request %d reply %d %v late %v %s",
		e.Seq, e.Dir, e.Stanza.XML(), e.Verdict, e.Outcome, e.Request, e.Reply, e.RTT.Round(time.Second), e.LateBy > 0, text)
}

// ended is what an exchange says of itself, but for what was refused before the request left: that it
// waited already, only the session could know.
func ended(x exchange.Exchange) string {
	all := len(x.Refusals)
	x.Refusals = slices.DeleteFunc(slices.Clone(x.Refusals), func(f exchange.Refusal) bool { return f.Seq < x.Seq })
	x.Refused -= all - len(x.Refusals)
	s := fmt.Sprintf("%d %s %s reply %d late %d refused %d unasked %v after %v:", x.Seq, x.Shown.ID(), x.Outcome, x.ReplySeq, x.LateSeq, x.Refused, x.Unasked, x.Timeout*time.Duration(len(word(x.Outcome))))
	for _, f := range x.Refusals {
		s += fmt.Sprintf(" %d %s %s", f.Seq, f.From, f.Verdict)
	}
	return s
}

// word is an outcome that a recording tells how long it took.
func word(o stanza.Outcome) string {
	if o == stanza.OutcomeTimeout {
		return "t"
	}
	return ""
}

func came(in exchange.Incoming) string {
	return fmt.Sprintf("%d %s answered %v by %d", in.Seq, in.Stanza.ID(), in.State == exchange.Answered && in.ReplySeq != 0, in.ReplySeq)
}

// each makes lines of a list.
func each[T any](all []T, say func(T) string) (lines []string) {
	for _, x := range all {
		lines = append(lines, say(x))
	}
	return lines
}

// compare holds a session against what its recording says.
func compare(t xmpptest.T, s *session.Session, path string) {
	t.Helper()
	items, told := itemsOf(t, path)
	r := Play(items, Options{}.With(told))
	if diff := cmp.Diff(each(s.Journal().Window(nil, 1, 1<<20), line), each(r.Journal.Window(nil, 1, 1<<20), line)); diff != "" {
		t.Errorf("the log was, and is when it is played again:\n%s", diff)
	}
	bySeq := map[uint64]string{}
	for _, x := range r.Exchanges {
		bySeq[x.Seq] = ended(x)
	}
	for _, x := range s.Exchanges(nil) {
		if got := bySeq[x.Seq]; x.Seq != 0 && got != ended(x) {
			t.Errorf("the exchange was\n%s, and is when it is played again\n%s", ended(x), got)
		}
	}
	if diff := cmp.Diff(each(s.Incoming(nil), came), each(r.Incoming, came)); diff != "" {
		t.Errorf("what others asked was, and is when it is played again:\n%s", diff)
	}
	if r.Account != s.Status().JID {
		t.Errorf("the account was %s, and is %s", s.Status().JID, r.Account)
	}
}

// until waits until something is so.
func until(t xmpptest.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never comes to that")
		}
	}
}

const version = "<query xmlns='jabber:iq:version'/>"

// deeds are what the two accounts may do.
var deeds = []string{"echo", "silent", "twice", "liar", "late", "error", "cancel", "again", "flood", "raw", "forged push", "forged reply", "their request", "their echo", "broken request", "bounced answer"}

// A session that was recorded and is played again has the same log, exchanges and verdicts as it had.
func TestASessionPlayedAgainIsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	server, err := demo.Start(context.Background(), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprintf("%d.jsonl", n))
		what := rapid.SliceOfN(rapid.SampledFrom(deeds), 1, 25).Draw(t, "deeds")
		plays(t, server, path, what, rapid.Bool().Draw(t, "lenient"))
	})
}

// plays lets a session do something, and compares it with its recording.
func plays(t xmpptest.T, server *demo.Server, path string, what []string, lenient bool) {
	s := joins(t, server, "juliet", session.Config{Lenient: lenient})
	r, err := record.Begin(s, record.Options{Path: path, Account: s.Status().JID.String(), Content: stanza.NSClient, Lenient: lenient})
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer leaves(s)
	connects(t, s)
	other := joins(t, server, "romeo", session.Config{})
	defer leaves(other)
	connects(t, other)
	own := s.Status().JID.String()
	var waiting sync.WaitGroup
	ask := func(id, bot string, timeout time.Duration, cancel bool) {
		iq, err := iqbuilder.Get(iqbuilder.To(bot+"@"+demo.BotsDomain+"/x"), iqbuilder.ID(id), iqbuilder.WithPayload(version))
		if err != nil {
			t.Fatalf("%v", err)
		}
		q, err := s.Start(iq, session.WithTimeout(timeout))
		if err != nil {
			return // the id is used already: so be it
		}
		if cancel {
			waiting.Go(func() { time.Sleep(5 * time.Millisecond); q.Cancel() })
		}
		waiting.Go(func() { <-q.Done() })
		// What comes for an id of a request that waits to be sent is judged by what no capture shows.
		until(t, func() bool { return q.Exchange().Seq != 0 || !q.Exchange().InFlight() })
	}
	sent := 0
	arrived := func() { // all that the other account has sent has come
		sent++
		mark := fmt.Sprintf("<message id='mark%d' to='%s'/>", sent, own)
		st, err := stanza.Parse(mark, stanza.ClientScope())
		if err != nil {
			t.Fatalf("%v", err)
		}
		if _, err := other.SendRaw(st); err != nil {
			t.Fatalf("%v", err)
		}
		seen := uint64(0)
		until(t, func() bool {
			for _, e := range s.Journal().Window(nil, seen+1, 1000) {
				seen = e.Seq
				if e.Stanza != nil && e.Stanza.ID() == fmt.Sprintf("mark%d", sent) {
					return true
				}
			}
			return false
		})
	}
	raw := func(from *session.Session, xml string) {
		st, err := stanza.Parse(xml, stanza.ClientScope())
		if err == nil {
			_, _ = from.SendRaw(st, session.WithTimeout(50*time.Millisecond))
		}
		if from == other {
			arrived()
		}
	}
	for i, deed := range what {
		id := fmt.Sprintf("q%d", i)
		switch deed {
		case "echo", "silent", "twice", "liar":
			ask(id, deed, 60*time.Millisecond, false)
		case "late":
			ask(id, "late-reply-0.08", 60*time.Millisecond, false)
		case "error":
			ask(id, "error-item-not-found", patience, false)
		case "cancel":
			ask(id, "delay-0.02", patience, true)
		case "again":
			ask("q0", "echo", 60*time.Millisecond, false)
		case "flood":
			ask(id, "flood-iq-5", patience, false)
		case "raw":
			raw(s, "<message to='nobody@"+demo.Domain+"' id='"+id+"' type='chat'><body>x</body></message>")
			raw(s, "<iq type='set' id='"+id+"r' to='"+demo.Domain+"'>"+version+"</iq>")
		case "forged push":
			raw(other, "<iq type='set' id='"+id+"' to='"+own+"'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq>")
		case "forged reply":
			raw(other, fmt.Sprintf("<iq type='result' id='q%d' to='%s'/>", i-1, own))
			raw(other, fmt.Sprintf("<iq type='result' id='q%d' to='%s'/>", i+1, own))
		case "their request":
			raw(other, "<iq type='get' id='"+id+"' to='"+own+"'>"+version+"</iq>")
		case "their echo":
			raw(other, "<iq type='get' id='q0' to='"+own+"'>"+version+"</iq>")
		case "broken request":
			raw(other, "<iq type='get' id='"+id+"' to='"+own+"'/>")
		case "bounced answer":
			raw(other, "<iq type='get' id='"+id+"' to='"+own+"'>"+version+"</iq>")
			time.Sleep(10 * time.Millisecond)
			raw(other, "<iq type='error' id='"+id+"' to='"+own+"'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>")
		}
	}
	waiting.Wait()
	time.Sleep(30 * time.Millisecond) // for what is late
	leaves(other)
	leaves(s)
	if sum := r.Stop(); sum.Err != nil || sum.Missed > 0 {
		t.Fatalf("it says %+v", sum)
	}
	compare(t, s, path)
}
