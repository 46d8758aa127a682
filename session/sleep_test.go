package session

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/negotiate"
)

// machine puts the machine that a session runs on to sleep: its clock stands still then, and so
// do its timers.
type machine struct {
	began time.Time
	mu    sync.Mutex
	slept time.Duration
	looks int
}

func machineOf(s *Session) *machine {
	m := &machine{began: time.Now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarm.suspended, s.alarm.counted, s.alarm.wall = m.suspended, 0, m.wall
	return m
}

func (m *machine) suspended() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looks++
	return m.slept
}

// wall is the time on the wall, which goes on while the machine sleeps.
func (m *machine) wall(now time.Time) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return now.Add(m.slept)
}

func (m *machine) sleeps(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.slept += d
}

// looked is how often somebody looked at the clocks since.
func (m *machine) looked() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.looks
	m.looks = 0
	return n
}

// passed is the real time since the beginning.
func (m *machine) passed() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return time.Since(m.began) + m.slept
}

// Fault 26. With no keepalive, as in send and with --bare: whatever the machine sleeps and when, each
// request of ours, on its way or still to be sent, and each one held ends when its time is up by real
// time, or within a second of waking.
func TestEveryDeadlinePassesWhileTheMachineSleeps(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				rnd := rand.New(rand.NewPCG(seed, 26))
				between := func(from, to time.Duration) time.Duration { return from + time.Duration(rnd.Int64N(int64(to-from))) }
				s, p := online(t, Config{})
				m := machineOf(s)
				type due struct {
					request *Request // nil: one of the other's, that is held
					id      string
					at      time.Duration
					timeout time.Duration
				}
				var all []due
				woke, now := time.Duration(0), time.Duration(0)
				check := func(now time.Duration) {
					t.Helper()
					held := map[string]Incoming{}
					for _, in := range s.Incoming(nil) {
						held[in.Stanza.ID()] = in
					}
					for _, d := range all {
						var over bool
						var left time.Duration
						if d.request != nil {
							x := d.request.Exchange()
							over, left = !x.InFlight(), time.Until(x.Deadline)
							var late *stanza.IQTimeout
							if over && (!errors.As(x.Err, &late) || late.After != d.timeout) {
								t.Errorf("%s ended with %v", d.id, x.Err)
							}
						} else {
							in := held[d.id]
							over, left = in.State != exchange.Held, time.Until(in.Deadline)
						}
						switch {
						case over && now < d.at:
							t.Errorf("%s ended %v too early", d.id, d.at-now)
						case !over && now >= max(d.at, woke+lookEvery):
							t.Errorf("%s waits, and its time was up %v ago", d.id, now-d.at)
						case !over && now >= woke+lookEvery && left != d.at-now:
							t.Errorf("of %s it shows %v, and %v are left", d.id, left, d.at-now)
						}
					}
				}
				for i := range 30 {
					switch rnd.IntN(3) {
					case 0:
						timeout := between(time.Second, 20*time.Minute)
						iq := xmpptest.Get(t)
						all = append(all, due{start(t, s, iq, WithTimeout(timeout)), iq.ID(), m.passed() + timeout, timeout})
						p.Hears()
					case 1:
						hold := between(time.Second, 20*time.Minute)
						s.SetHold(Hold{On: true, For: hold})
						id := fmt.Sprint("held", i)
						p.Says(asks(id))
						all = append(all, due{nil, id, m.passed() + hold, hold})
					case 2:
						m.sleeps(between(shortestSleep, 40*time.Minute))
						woke = m.passed()
					}
					synctest.Wait()
					now = m.passed()
					check(now)
					if rnd.IntN(3) == 0 {
						time.Sleep(between(0, 5*time.Minute))
						synctest.Wait()
					}
					check(m.passed())
				}
				m.sleeps(8 * time.Hour)
				time.Sleep(lookEvery)
				synctest.Wait()
				for _, d := range all {
					if d.request != nil && !ended(d.request) {
						t.Errorf("%s never ends", d.id)
					}
				}
			})
		})
	}
}

func TestWhatWasNotSentInTimeBecauseOfSleepNeverIs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		connectDeaf(t, s) // takes nothing
		m := machineOf(s)
		first := start(t, s, xmpptest.Get(t))
		synctest.Wait()
		second := start(t, s, xmpptest.Get(t))
		time.Sleep(10 * time.Second)
		m.sleeps(8 * time.Hour)
		time.Sleep(lookEvery)
		synctest.Wait()
		for _, r := range []*Request{first, second} {
			if !ended(r) {
				t.Errorf("%s waits", r.Exchange().Stanza.ID())
			}
		}
		var notSent *stanza.NotSent
		if x := second.Exchange(); !errors.As(x.Err, &notSent) || !errors.Is(x.Err, exchange.ErrOverdueUnsent) {
			t.Errorf("it ended with %v", x.Err)
		}
	})
}

// What is begun just after waking, before anybody has looked at the clocks, was not waiting before.
func TestSleepIsNotHeldAgainstWhatComesAfterIt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		m := machineOf(s)
		old := start(t, s, xmpptest.Get(t), WithTimeout(time.Hour))
		s.SetHold(Hold{On: true, For: time.Hour})
		p.Says(asks("old"))
		m.sleeps(30 * time.Minute)
		fresh := start(t, s, xmpptest.Get(t), WithTimeout(time.Minute))
		if d := time.Until(old.Exchange().Deadline); d != 30*time.Minute {
			t.Errorf("the old one has %v left", d)
		}
		p.Hears()
		p.Hears()
		m.sleeps(10 * time.Minute)
		p.Says(asks("new"))
		synctest.Wait()
		if in := s.Incoming(nil); time.Until(in[0].Deadline) != 20*time.Minute || time.Until(in[1].Deadline) != time.Hour {
			t.Errorf("held are %v and %v", time.Until(in[0].Deadline), time.Until(in[1].Deadline))
		}
		time.Sleep(lookEvery)
		synctest.Wait()
		if !ended(fresh) {
			t.Error("what waited a minute still does after ten")
		}
		m.sleeps(10 * time.Minute)
		old.Extend(time.Hour)
		if !s.ExtendHeld(1, time.Hour) {
			t.Error("nothing is held")
		}
		if d := time.Until(old.Exchange().Deadline); d != 70*time.Minute-lookEvery {
			t.Errorf("the extended one has %v left", d)
		}
		if d := time.Until(s.Incoming(nil)[0].Deadline); d != 70*time.Minute-lookEvery {
			t.Errorf("the one that is held longer has %v left", d)
		}
	})
}

// A request can wait for the socket while the machine sleeps: its clock starts when it leaves.
func TestTheClockOfWhatLeavesAfterSleepStartsThen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := New(Config{})
		_, far := connectDeaf(t, s)
		m := machineOf(s)
		start(t, s, xmpptest.Get(t), NoTimeout())
		synctest.Wait()
		r := start(t, s, xmpptest.Get(t), WithTimeout(time.Hour))
		m.sleeps(30 * time.Minute)
		go io.Copy(io.Discard, far)
		time.Sleep(lookEvery)
		synctest.Wait()
		if x := r.Exchange(); x.Sent.IsZero() || time.Until(x.Deadline) != time.Hour-lookEvery {
			t.Errorf("sent at %v, it has %v left", x.Sent, time.Until(x.Deadline))
		}
	})
}

func TestAReplyThatWokeTheMachineCountsTheSleep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		m := machineOf(s)
		r := start(t, s, xmpptest.Get(t))
		p.Hears()
		m.sleeps(8 * time.Hour)
		p.Says(result(r.Exchange().Stanza.ID(), `from="juliet@example.com"`))
		synctest.Wait()
		if x := r.Exchange(); x.Outcome != stanza.OutcomeResult || x.RTT != 8*time.Hour {
			t.Errorf("it ended as %s after %v", x.Outcome, x.RTT)
		}
	})
}

func TestLittleSleepsAddUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, _ := online(t, Config{})
		m := machineOf(s)
		r := start(t, s, xmpptest.Get(t), WithTimeout(time.Minute))
		for range 30 {
			m.sleeps(shortestSleep * 3 / 5)
			time.Sleep(lookEvery)
			synctest.Wait()
		}
		if d := time.Until(r.Exchange().Deadline); d < 12*time.Second || d >= 12*time.Second+shortestSleep {
			t.Errorf("%v are left", d)
		}
	})
}

// Looking at the clocks costs a timer: nobody looks where nothing waits, and once a second where
// something does, however many there are.
func TestHowOftenTheClocksAreLookedAt(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		m := machineOf(s)
		time.Sleep(time.Hour)
		if n := m.looked(); n != 0 {
			t.Errorf("with nothing pending, the clocks were looked at %d times in an hour", n)
		}
		var all []*Request
		for range 100 {
			all = append(all, start(t, s, xmpptest.Get(t)))
			p.Hears()
		}
		synctest.Wait()
		m.looked()
		time.Sleep(20 * time.Second)
		if n := m.looked(); n < 19 || n > 21 {
			t.Errorf("with 100 pending, the clocks were looked at %d times in 20 s", n)
		}
		for _, r := range all {
			r.Cancel()
		}
		time.Sleep(time.Minute)
		m.looked()
		time.Sleep(time.Hour)
		if n := m.looked(); n != 0 {
			t.Errorf("after their ends, the clocks were looked at %d times in an hour", n)
		}
	})
}

func TestAfterSleepTheLinkIsAskedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(int, negotiate.Config) (negotiate.Management, error)
		asks   string
	}{
		"with a ping":            {nil, "ping"},
		"for an acknowledgement": {managedServer, "r"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, w := serve(t, Config{Keepalive: time.Minute})
				w.answer = c.answer
				w.cut()
				if err := s.Connect(t.Context()); err != nil {
					t.Fatal(err)
				}
				m := machineOf(s)
				time.Sleep(10 * time.Second)
				w.peer.HearsNothing()
				m.sleeps(8 * time.Hour)
				time.Sleep(lookEvery)
				synctest.Wait()
				got := w.peer.Hears()
				if got.Name().Local != c.asks && got.Payload().Local != c.asks {
					t.Errorf("it said %s", got.XML())
				}
				if !strings.Contains(notes(s), "this machine slept for 8h0m0s") {
					t.Errorf("it notes %s", notes(s))
				}
				w.peer.HearsNothing() // once is enough
			})
		})
	}
}

// A link that was asked and has answered before the machine slept, or was to answer meanwhile, is asked
// anew, and has the whole time to answer.
func TestASleepingMachineIsNoDeadLink(t *testing.T) {
	for _, answered := range []bool{true, false} {
		t.Run(fmt.Sprint("answered: ", answered), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s, w := serve(t, Config{Keepalive: time.Minute})
				m := machineOf(s)
				time.Sleep(time.Minute)
				ping := w.peer.Hears()
				if answered {
					w.peer.Says(result(ping.ID(), `from="`+domain+`"`))
				}
				time.Sleep(DefaultKeepaliveTimeout - lookEvery/2)
				m.sleeps(8 * time.Hour)
				time.Sleep(lookEvery / 4)
				start(t, s, xmpptest.Get(t)) // looks at the clocks
				time.Sleep(lookEvery)
				synctest.Wait()
				if st := s.Status(); st.State != Online {
					t.Fatalf("it is %s: %v", st.State, st.Err)
				}
				w.peer.Hears()
				ping = w.peer.Hears()
				time.Sleep(DefaultKeepaliveTimeout - 2*lookEvery)
				w.peer.Says(result(ping.ID(), `from="`+domain+`"`))
				time.Sleep(30 * time.Second)
				if st := s.Status(); st.State != Online {
					t.Errorf("it is %s: %v", st.State, st.Err)
				}
			})
		})
	}
}

func TestAfterSleepALostConnectionIsTriedAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		m := machineOf(s)
		refused := true
		w.answer = func(n int, _ negotiate.Config) (negotiate.Management, error) {
			if refused {
				return negotiate.Management{}, &negotiate.Error{Step: negotiate.StepDial, Cause: &net.OpError{Op: "dial", Err: errors.New("refused")}}
			}
			return negotiate.Management{}, nil
		}
		w.cut()
		for time.Until(s.Status().RetryAt) < 20*time.Second {
			time.Sleep(time.Second)
		}
		refused = false
		m.sleeps(8 * time.Hour)
		time.Sleep(lookEvery)
		synctest.Wait()
		if st := s.Status(); st.State != Online {
			t.Errorf("it is %s, and tries again in %v", st.State, time.Until(st.RetryAt))
		}
	})
}

// A stream that can be resumed for five minutes cannot be after eight hours of sleep.
func TestAStreamIsNotResumedAfterItsTimeBySleep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		m := machineOf(s)
		r := start(t, s, xmpptest.Get(t), NoTimeout())
		w.peer.Hears()
		w.cut()
		if s.Status().ResumeBy.IsZero() {
			t.Fatal("it cannot be resumed")
		}
		m.sleeps(8 * time.Hour)
		time.Sleep(lookEvery)
		synctest.Wait()
		if want := w.wanted[len(w.wanted)-1]; want != nil {
			t.Errorf("it wanted to resume %+v", want)
		}
		if x := r.Exchange(); x.Outcome != stanza.OutcomeUnknown {
			t.Errorf("the request ended as %q", x.Outcome)
		}
	})
}

// A loss before a request was sent is none of those in which it waited, whatever the machine slept.
func TestAnEarlierOutageIsNotToldOfAfterSleep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Reconnect: true})
		w.cut()
		time.Sleep(time.Minute)
		synctest.Wait()
		m := machineOf(s)
		r := start(t, s, xmpptest.Get(t))
		w.peer.Hears()
		m.sleeps(8 * time.Hour)
		time.Sleep(lookEvery)
		synctest.Wait()
		if x := r.Exchange(); x.Outcome != stanza.OutcomeTimeout || !x.Down.None() {
			t.Errorf("it ended as %q, the link having been down %v", x.Outcome, x.Down)
		}
	})
}

// Of an outage that a request has waited through, the length is told, and not the sleep after it.
func TestAnOutageIsAsLongAsItWasAfterSleep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := managedOnline(t)
		m := machineOf(s)
		r := start(t, s, xmpptest.Get(t))
		w.peer.Hears()
		w.cut()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		m.sleeps(8 * time.Hour)
		time.Sleep(lookEvery)
		synctest.Wait()
		x := r.Exchange()
		if d := x.Down.To.Sub(x.Down.From); x.Outcome != stanza.OutcomeTimeout || x.Down.None() || d <= 0 || d > lastDelay {
			t.Errorf("it ended as %q, the link having been down for %v: %v", x.Outcome, d, x.Down)
		}
	})
}

func TestWithAKeepaliveADeadlineIsAsSharpAsWithout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, w := serve(t, Config{Keepalive: time.Minute})
		time.Sleep(lookEvery)
		r := start(t, s, xmpptest.Get(t), WithTimeout(lookEvery/4))
		w.peer.Hears()
		time.Sleep(lookEvery / 2)
		synctest.Wait()
		if !ended(r) {
			t.Error("it waits")
		}
	})
}

func TestWhatIsExtendedJustAfterSleepHasThatTime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		m := machineOf(s)
		r := start(t, s, xmpptest.Get(t), WithTimeout(time.Minute))
		p.Hears()
		m.sleeps(8 * time.Hour)
		if !r.Extend(time.Hour) {
			t.Fatal("it has ended")
		}
		time.Sleep(2 * lookEvery)
		synctest.Wait()
		if d := time.Until(r.Exchange().Deadline); ended(r) || d != time.Hour-2*lookEvery {
			t.Errorf("it has ended: %t; %v are left", ended(r), d)
		}
	})
}

func TestRequestsDoNotAskTheSystemWhetherItSlept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, p := online(t, Config{})
		m := machineOf(s)
		for range 100 {
			r := start(t, s, xmpptest.Get(t))
			p.Says(result(p.Hears().ID()))
			<-r.Done()
		}
		if n := m.looked(); n != 0 {
			t.Errorf("it was asked %d times", n)
		}
	})
}
