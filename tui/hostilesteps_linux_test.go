package tui

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/sys/unix"
)

// stallLimit is how long one step of the update loop may take with the most awkward stanza.
const stallLimit = 100 * time.Millisecond

// awkward are payloads that are as awkward to show as a peer can make them.
var awkward = map[string]string{
	"1 MiB in one line":              "<query xmlns='jabber:iq:version'><name>" + strings.Repeat("word \u00e9\u4e16&amp;", 1_000_000/15) + "</name></query>",
	"1 MiB without a space":          "<query xmlns='jabber:iq:version'><name>" + strings.Repeat("\u4e16", 1_000_000/3) + "</name></query>",
	"100,000 children":               "<query xmlns='jabber:iq:roster'>" + strings.Repeat("<item/>", 100_000) + "</query>",
	"an attribute of 10,000 columns": "<query xmlns='jabber:iq:version' x='" + strings.Repeat("0123456789", 1000) + "'/>",
	"an attribute of 1 MiB":          "<query xmlns='jabber:iq:version' x='" + strings.Repeat("0123456789", 100_000) + "'/>",
	"254 elements in each other":     strings.Repeat("<a xmlns='urn:x'>", 254) + strings.Repeat("</a>", 254),
	"3,000 towers of 40 elements":    "<a xmlns='urn:x'>" + strings.Repeat(strings.Repeat("<b>", 40)+strings.Repeat("</b>", 40), 3000) + "</a>",
	"marks upon marks":               "<query xmlns='jabber:iq:version'><name>" + strings.Repeat("a"+strings.Repeat("\u0301", 300), 1000) + "</name></query>",
	"wide characters and joined ones": "<query xmlns='jabber:iq:version'><name>" +
		strings.Repeat("漢👩\u200d👩\u200d👧\u202e🇩", 20_000) + "</name></query>",
	"20,000 lines":               "<query xmlns='jabber:iq:version'><name>" + strings.Repeat("\n", 20_000) + "</name></query>",
	"a form of 5,000 fields":     "<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='form'>" + strings.Repeat("<field var='v' label='l' type='list-single'><option><value>o</value></option></field>", 5000) + "</x></query>",
	"10,000 items to discover":   "<query xmlns='http://jabber.org/protocol/disco#items'>" + strings.Repeat("<item jid='room@muc.example' name='a name' node='n'/>", 10_000) + "</query>",
	"an address of 1,000 groups": "<query xmlns='jabber:iq:roster'>" + strings.Repeat("<item jid='a@b'>"+strings.Repeat("<group>g</group>", 1000)+"</item>", 50) + "</query>",
}

// tasks are what one does with such a reply, in an order in which each finds what it needs.
var tasks = []struct {
	name string
	do   func(s *sim, reply string)
}{
	{"asked, arrives", func(s *sim, reply string) {
		s.press("alt+enter")
		s.happens(func(f *fakeSession) { f.replies(1, reply) })
	}},
	{"pending", func(s *sim, _ string) { s.press("alt+2", "down", "pgdown", "end", "home", "z", "z") }},
	{"log", func(s *sim, _ string) {
		s.press("alt+3", "v", "up", "down", "v", "up", "down", " ", "down", "down", " ", "z", "z")
	}},
	{"search of the log", func(s *sim, _ string) { s.press("/"); s.paste("nothing of it"); s.press("enter", "n", "esc") }},
	{"filter", func(s *sim, _ string) {
		s.press("f")
		s.paste("iq//nothing")
		s.press("enter", "f")
		s.paste("iq")
		s.press("enter", "F")
	}},
	{"inspector: xml", func(s *sim, _ string) {
		s.press("alt+3", "end", "enter", "down", "pgdown", "end", "pgup", "home", "w", "end", "w", "z", "z")
	}},
	{"folding", func(s *sim, _ string) { s.press("down", " ", " ", "-", "down", "+", "right", "left", "end", "home") }},
	{"a form, if it is one", func(s *sim, _ string) { s.press("i", "down", "pgdown", "end", "enter", "esc", "esc") }},
	{"inspector: the other views", func(s *sim, _ string) {
		for range 5 {
			s.press("l", "down", "pgdown", "end", "w", "w", "home")
		}
	}},
	{"another width", func(s *sim, _ string) { s.send(sized(100, 30)); s.send(sized(200, 60)); s.send(sized(140, 45)) }},
	{"copied", func(s *sim, _ string) {
		for n := range 8 {
			s.press("y")
			for range n {
				s.press("down")
			}
			s.press("enter", "esc")
		}
	}},
	{"edited", func(s *sim, _ string) { s.press("alt+4", "e"); s.wait(time.Second) }},
	{"search of the draft", func(s *sim, _ string) { s.press("ctrl+f"); s.typing("item"); s.press("enter", "up", "esc") }},
	{"typed into", func(s *sim, _ string) {
		s.press("alt+1", "i", "home")
		s.typing("a<b ")
		s.press("ctrl+end", "up", "pgup", "backspace", "tab", "esc", "i", "ctrl+z", "left", "enter")
		s.wait(time.Second)
	}},
	{"pasted", func(s *sim, reply string) { s.write(reply); s.typing("x"); s.press("backspace"); s.wait(time.Second) }},
	{"sent", func(s *sim, _ string) { s.press("alt+enter") }},
	{"compared", func(s *sim, reply string) {
		s.write(`<iq type="get" id="q77" to="demo.localhost"><query xmlns="http://jabber.org/protocol/disco#info"/></iq>`)
		s.press("alt+enter")
		last := uint64(len(s.fake.requests))
		s.happens(func(f *fakeSession) { f.replies(last, strings.Replace(reply, "</query>", "<z/></query>", 1)) })
		s.press("alt+3", "end", "d", "down", "pgdown", "end", "home")
	}},
	{"next, what is this", func(s *sim, _ string) { s.press("alt+3", "x", "esc", "alt+i", "esc") }},
	{"written to a file", func(s *sim, _ string) { s.press("alt+3", "Y", "esc") }},
}

// BenchmarkTheLongestStepWithAnAwkwardStanza prints, for each stanza and for each of what one can do
// with it on a whole screen, how long the longest step kept the update loop, beside the limit. It is
// the time of the loop's own thread, for the machine may have others to serve.
func BenchmarkTheLongestStepWithAnAwkwardStanza(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(awkward)) {
		b.Run(name, func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			best, which := map[string]time.Duration{}, map[string]string{}
			for b.Loop() {
				s := start(&testing.T{}, 140, 45)
				s.watch = threadTime
				reply := "<iq type='result' id='q0001' from='demo.localhost'>" + awkward[name] + "</iq>"
				for _, task := range tasks {
					longest, step := time.Duration(0), ""
					s.stepped = func(msg tea.Msg, took time.Duration) {
						if took > longest {
							longest, step = took, strings.TrimSpace(fmt.Sprintf("%T %.20v", msg, msg))
						}
					}
					task.do(s, reply)
					if was, ok := best[task.name]; !ok || longest < was {
						best[task.name], which[task.name] = longest, step
					}
				}
			}
			var table strings.Builder
			worst := time.Duration(0)
			for _, task := range tasks {
				took := best[task.name]
				worst = max(worst, took)
				fmt.Fprintf(&table, "\n%-28s %7.1f ms %6.2f of the limit  %s", task.name, float64(took.Microseconds())/1000, float64(took)/float64(stallLimit), which[task.name])
			}
			fmt.Println(name + table.String()) // Log would cut it
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(worst.Microseconds())/1000, "longest-ms")
			b.ReportMetric(float64(worst)/float64(stallLimit), "of-limit")
		})
	}
}

// threadTime is how long this thread has worked.
func threadTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		panic(err)
	}
	return time.Duration(t.Nano())
}
