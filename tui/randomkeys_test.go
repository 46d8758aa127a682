//go:build !race

package tui

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/tui/keys"
	"iqscope/tui/layout"
	"iqscope/tui/prompt"
)

var (
	randomKeys = flag.Int("keys", 5000, "how many keys TestRandomKeys presses")
	randomSeed = flag.Uint64("seed", 1, "where its chance begins")
)

// keysOfALife are pressed on one screen, before it is the turn of a new one.
const keysOfALife = 250

// Whatever is typed, pasted and pressed in whatever order, while answers come and the terminal
// changes its size: nothing fails, the screen is filled, there is always a way on in footer and
// help, and only what says that it quits does.
func TestRandomKeys(t *testing.T) {
	left := *randomKeys
	if testing.Short() {
		left = min(left, 2*keysOfALife)
	}
	for seed := *randomSeed; left > 0; seed++ {
		if !t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { left -= newMonkey(t, seed).lives(min(left, keysOfALife)) }) {
			return
		}
	}
}

// A monkey presses keys. The same seed makes it press the same ones.
type monkey struct {
	*sim
	chance *rand.Rand
	keys   []string // all that are bound somewhere
	size   size
	did    []string
}

func newMonkey(t *testing.T, seed uint64) *monkey {
	m := &monkey{chance: rand.New(rand.NewPCG(seed, seed))}
	m.size = m.anySize()
	m.sim = start(t, m.size.width, m.size.height, func(o *setup) { o.unasked = seed%2 == 0 })
	if seed%3 == 0 {
		m.knowsRooms()
	}
	for _, b := range Keys() {
		m.keys = append(m.keys, b.Keys...)
	}
	return m
}

// lives presses so many keys, unless one of them quits, and lets other things happen between them.
func (m *monkey) lives(n int) (pressed int) {
	defer func() {
		if p := recover(); p != nil {
			m.t.Errorf("%v\n%s", p, debug.Stack())
		}
		if m.t.Failed() {
			m.t.Logf("at %d×%d, the last it did: %s", m.size.width, m.size.height, strings.Join(m.did[max(0, len(m.did)-40):], "  "))
		}
	}()
	for pressed = 1; pressed <= n; pressed++ {
		if m.chance.IntN(4) == 0 {
			m.other()
			m.looks()
		}
		quits := m.key()
		if m.quit && !quits {
			m.t.Errorf("%s has quit", m.did[len(m.did)-1])
		}
		if m.looks(); m.quit || m.t.Failed() {
			break
		}
	}
	return pressed
}

// key presses one, and reports whether it may quit.
func (m *monkey) key() (quits bool) {
	context, top := m.m.context(), m.m.overlays.top()
	name := pick(m.chance, m.keys)
	switch m.chance.IntN(5) {
	case 0: // a character
		name = string(pick(m.chance, []rune("aeXq0159<>/?'\" =:é世\u0301\U0001f600")))
	case 1, 2: // one that does something here
		for try := 0; try < 50; try++ {
			if _, ok := m.m.table.keys.Lookup(context, name); ok {
				break
			}
			name = pick(m.chance, m.keys)
		}
	}
	action, _ := m.m.table.keys.Lookup(context, name)
	m.did = append(m.did, name)
	if name == "space" {
		name = " "
	}
	m.press(name)
	_, finds := top.(*finding)
	_, commands := top.(*commanding)
	return action == keys.Quit || action == prompt.Accept && (finds || commands)
}

// other is what comes from elsewhere: pastes, another size, time, and the session.
func (m *monkey) other() {
	switch m.chance.IntN(5) {
	case 0:
		text := pick(m.chance, []string{
			"<iq type='get' id='s1' to='silent@bots.demo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>", "iq/ping => error forbidden", "romeo@demo.localhost",
			"30", "a\r\n\tb\n\n", "\x1b[31m\u202e\u200d\u0301" + strings.Repeat("\u0301", 40), strings.Repeat("x", 3000), strings.Repeat("<a>\n", 300), "", "世界🏳️‍🌈", "*@type=get and not iq/ping",
		})
		m.did = append(m.did, fmt.Sprintf("paste %.20q", text))
		m.paste(text)
	case 1:
		m.size = m.anySize()
		m.did = append(m.did, fmt.Sprintf("size %d×%d", m.size.width, m.size.height))
		m.send(sized(m.size.width, m.size.height))
	case 2:
		d := time.Duration(m.chance.Int64N(int64(12 * time.Second)))
		m.did = append(m.did, fmt.Sprint("wait ", d.Round(time.Millisecond)))
		m.wait(d)
	default:
		m.did = append(m.did, m.event())
	}
}

// event lets something happen in the session, and says what.
func (m *monkey) event() (what string) {
	payload := pick(m.chance, []string{told, commandList, commandStep(firstStep), commandStep(secondStep), done, roomForm, "", "<q xmlns='" + strings.Repeat("u", 1000) + "'>\u202e\u0301世</q>",
		listed("<item jid='a@b' name='" + strings.Repeat("n", 1000) + "'/>")})
	m.happens(func(f *fakeSession) {
		var waiting []session.Exchange
		for _, v := range f.requests {
			if v.InFlight() {
				waiting = append(waiting, v)
			}
		}
		n := m.chance.IntN(10)
		if len(waiting) == 0 && n < 5 {
			n += 5
		}
		switch {
		case n < 5:
			v := pick(m.chance, waiting)
			reply := "<iq type='result' id='" + stanza.Escape(v.Stanza.ID()) + "' from='" + stanza.Escape(v.Stanza.To()) + "'>" + payload + "</iq>"
			switch n {
			case 0:
				what = "timeout"
				f.timesOut(v.Serial)
			case 1:
				what = "error"
				f.replies(v.Serial, notFound)
			case 2:
				what = "refusal"
				f.refuses(v.Serial, stanza.VerdictWrongSender, reply, "not demo.localhost; still waiting")
			default:
				what = fmt.Sprintf("result %.40s", payload)
				f.replies(v.Serial, reply)
			}
		case n == 5:
			what = "lost"
			f.loses()
		case n == 6:
			what = "lost for now"
			f.losesForNow(3 * time.Second)
		case n == 7:
			what = "online"
			_ = f.connect()
		case n == 8:
			what = "request"
			f.asks(askVersion)
		default:
			what = "arrival"
			f.arrives("<message from='"+strings.Repeat("r", 300)+"@x'><body>"+strings.Repeat("é", 300)+"</body></message>", "", "")
		}
	})
	return what
}

// anySize is a size as terminals have, and now and then one as they do not.
func (m *monkey) anySize() size {
	switch m.chance.IntN(6) {
	case 0:
		return size{1 + m.chance.IntN(220), 1 + m.chance.IntN(70)}
	case 1:
		return size{1 + m.chance.IntN(40), 1 + m.chance.IntN(12)}
	}
	return pick(m.chance, []size{{80, 24}, {40, 10}, {120, 40}, {140, 45}, {200, 60}})
}

// looks checks what always holds.
func (m *monkey) looks() {
	screen := m.m.View()
	exact(m.t, screen, m.size)
	if m.size.width >= 40 && len(m.m.hints) == 0 || len(m.m.table.helpRows(m.m.context())) == 0 {
		m.t.Errorf("in %s, footer or help have no key", m.m.context())
	}
	footer := screen[strings.LastIndex(screen, "\n")+1:]
	if m.size.width >= 40 && m.size.height >= layout.MinRows && strings.TrimSpace(footer) == "" {
		m.t.Errorf("in %s the footer is empty", m.m.context())
	}
}

func pick[T any](chance *rand.Rand, from []T) T { return from[chance.IntN(len(from))] }
