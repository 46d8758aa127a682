package e2e

import (
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// hostiles are what others may put into any text that XML allows, to do something to a terminal, to
// a frame, or to who reads it.
var hostiles = []string{
	// Controls of 8 bits, which some terminals obey: CSI, OSC, DCS, SOS, PM, APC, NEL, IND, SS3, ST.
	"\u009b31m\u009b2J", "\u009d0;title\u009c", "\u009d52;c;AAAA\u009c", "\u0090q#0\u009c", "\u0098x\u009c", "\u009ex\u009c", "\u009fx\u009c", "\u0085\u0084\u008f", "\u0080\u0081\u0099",
	"\x7f\x7f", "␛[2J^[[31m\\x1b[0m\\e[8m", "%s%n%d{{.}}$(id)`id`", "]]>&amp;<b>-->",
	// Lines and gaps.
	"one\ntwo\r\nthree", "\rover", "tab\ttab\t\ttab", "\u2028next\u2029", "\u00a0\u2003\u3000",
	// Direction.
	"\u202egnp.exe", "\u202d\u202c\u202a\u202b", "\u2066\u2067\u2068\u2069", "\u200e\u200f\u061c", "שלום עולם", "مرحبا بالعالم 123",
	// What is not seen.
	"\u200b\u200c\u200d\u2060\ufeff", "\u00ad\u180e\u034f\u115f\u3164", "\U000e0067\U000e007f", "\ufff9a\ufffab\ufffb", "\U0001d173\U0001d17a",
	// What lies on what is before it.
	"a" + strings.Repeat("\u0301", 300), strings.Repeat("z\u0335\u0322\u0489\u20dd", 60), "\u0301\u0301first", "กำ้้้้้้ क्षि ཧཱུྂ 각",
	// What is wide, or is thought to be.
	strings.Repeat("世界", 20), "ｆｕｌｌ\u3000ｗｉｄｔｈ", "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏽1️⃣❤️☺︎🇩🇪🇩", "\u26a0\ufe0f\u2194\ufe0f©\ufe0f",
	// What is long.
	strings.Repeat("n", 1000), strings.Repeat("wörld ", 170), strings.Repeat("漢", 1000), strings.Repeat(" ", 1000) + "end",
	// What looks like something else, and what is nothing.
	"аdmіn@еxample", "𝓳𝓾𝓵𝓲𝓮𝓽", "\ufdd0\ufdef\U0001fffd", "\ue000\uf8ff\U0010fffd", "\u0378\u0530\U000e0fff", "\ufffd\ufffc",
}

// fieldCount is how many fields of a session's stanzas the test fills with them.
const fieldCount = 45

// turns is how often one looks at everything, each time with two of them in every field: one of the first
// half, all of which are short, and behind it one of the second.
var turns = (len(hostiles) + 1) / 2

// hostilesOf is what a turn has of them.
func hostilesOf(turn int) string {
	if other := turn + turns; other < len(hostiles) {
		return hostiles[turn] + hostiles[other]
	}
	return hostiles[turn]
}

// text is what stands in a field: which field of which turn it is, and the strings themselves.
func text(field, turn int) string {
	return fmt.Sprintf("F%02d.%02d.%s", field, turn, hostilesOf(turn))
}

// value is text as the value of an attribute, or between tags.
func value(field, turn int) string {
	return strings.NewReplacer("\r", "&#13;", "\n", "&#10;", "\t", "&#9;").Replace(html.EscapeString(text(field, turn)))
}

// name is as much of it as a name in XML may hold.
func name(field, turn int) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '.', unicode.Is(unicode.Mn, r) && r >= 0x300 && r <= 0x36f, r == '\u200c', r == '\u200d':
			return r
		}
		return -1
	}, text(field, turn))
}

// fill puts texts into a template: {7} is the value of field 7, [7] is it as a name.
func fill(template string, turn int) string {
	for field := range fieldCount + 1 {
		template = strings.ReplaceAll(template, fmt.Sprintf("{%d}", field), value(field, turn))
		template = strings.ReplaceAll(template, fmt.Sprintf("[%d]", field), name(field, turn))
	}
	return template
}

// pushes are what comes unasked.
var pushes = []string{
	"<message from='romeo@x.example/{1}' id='{2}'><body>{3}</body><[4] xmlns='{5}' a='{6}' [7]='b'>{8}</[4]></message>",
	"<presence from='{9}@x.example/r' type='{10}'><status>{11}</status></presence>",
	"<iq type='get' id='{12}' from='romeo@x.example/{13}'><query node='{15}' xmlns='{14}'/></iq>",
	"<iq type='result' id='{16}' from='{17}'><r xmlns='urn:r'/></iq>",
	"<iq type='{18}' id='odd' from='a@b'/>",
}

const form = "<x xmlns='jabber:x:data' type='form'><title>{33}</title><instructions>{34}</instructions>" +
	"<field var='{35}' label='{36}' type='list-single'><desc>{44}</desc><value>v</value><option label='{37}'><value>v</value></option><option><value>{38}</value></option></field>" +
	"<field var='t' type='text-single'><value>{39}</value></field></x>"

// replies are what requests are answered with, one after the other.
var replies = []struct {
	stanza string // with ID for the request's
	looks  []string
	opens  string // the key of the pending pane that opens a window on it, in which looks are pressed
}{
	{"<iq type='result' id='ID' from='" + scriptedHost + "'><query xmlns='jabber:iq:version'><name>{19}</name><version>{20}</version><os>{21}</os></query></iq>", nil, ""},
	{"<iq type='result' id='ID' from='" + scriptedHost + "'><query xmlns='jabber:iq:roster' ver='{45}'><item jid='{22}' name='{23}' subscription='both'><group>{24}</group></item></query></iq>", nil, ""},
	{"<iq type='result' id='ID' from='" + scriptedHost + "'><vCard xmlns='vcard-temp'><FN>{25}</FN><N><FAMILY>{26}</FAMILY></N><NOTE>{27}</NOTE></vCard></iq>", nil, ""},
	{"<iq type='error' id='ID' from='" + scriptedHost + "'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>{28}</text><[29] xmlns='{30}'/></error></iq>", nil, ""},
	{"<iq type='result' id='ID' from='mallory@x.example/{31}'><q xmlns='urn:{32}'/></iq><iq type='result' id='ID' from='" + scriptedHost + "'/>", []string{"j"}, ""},
	{"<iq type='result' id='ID' from='" + scriptedHost + "'><query xmlns='http://jabber.org/protocol/muc#owner'>" + form + "</query></iq>", []string{"Tab", "Down"}, "i"},
	{"<iq type='result' id='ID' from='" + scriptedHost + "'><query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'><item jid='" + scriptedHost + "' node='{40}' name='{41}'/></query></iq>", nil, "i"},
	{"<iq type='result' id='ID' from='" + scriptedHost + "'><command xmlns='http://jabber.org/protocol/commands' node='n' sessionid='{42}' status='executing'><actions><next/></actions><note type='warn'>{43}</note>" + form + "</command></iq>", nil, "i"},
}

// Of the discovery browser.
const (
	discoInfo  = "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='{1}' type='{2}' name='{3}'/><feature var='{4}'/><x xmlns='jabber:x:data' type='result'><field var='{5}'><value>{6}</value></field></x></query>"
	discoItems = "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='{7}' node='{8}' name='{9}'/></query>"
)

// stringsIn is how many hostile strings a turn has.
func stringsIn() int {
	all := discoInfo + discoItems
	for _, p := range pushes {
		all += p
	}
	for _, r := range replies {
		all += r.stanza
	}
	return len(regexp.MustCompile(`[{\[]\d+[}\]]`).FindAllString(all, -1))
}

// Fault 32, in every field that others fill: what they write reaches the terminal as text, and the
// screen stays as wide and as high as it is.
func TestHostileStringsInEveryFieldReachTheTerminalAsText(t *testing.T) {
	t.Parallel()
	Binary(t)
	if n := stringsIn() * len(hostiles); n < 1000 {
		t.Errorf("%d strings are sent, want 1,000", n)
	}
	sizes := []size{narrow, {100, 30}, wide, {200, 60}, {160, 24}, {40, 10}}
	var together sync.Mutex
	seen := ""
	t.Run("at", func(t *testing.T) {
		for i, at := range sizes {
			t.Run(at.String(), func(t *testing.T) {
				t.Parallel()
				var own []int
				for turn := i; turn < turns; turn += len(sizes) {
					own = append(own, turn)
				}
				shown := meetsHostiles(t, at, own)
				together.Lock()
				defer together.Unlock()
				seen += shown
			})
		}
	})
	var unseen []int
	for field := range fieldCount + 1 {
		if !strings.Contains(seen, fmt.Sprintf("F%02d.", field)) {
			unseen = append(unseen, field)
		}
	}
	if len(unseen) > 3 { // which one looks at depends on how fast the terminal is
		t.Errorf("the fields %v were never on the screen, so that this shows nothing of them", unseen)
	}
}

// meetsHostiles has some of the strings come to the program, looks at them as a person would, and
// returns what was written.
func meetsHostiles(t *testing.T, at size, turns []int) string {
	now := &moment{pushed: make(chan int), over: make(chan struct{})}
	defer close(now.over)
	features := ""
	var mechanisms strings.Builder
	for _, n := range turns {
		fmt.Fprintf(&mechanisms, "<mechanism>%s</mechanism>", value(0, n))
		features += fill("<[1] xmlns='{2}' a='{3}'>{4}</[1]>", n)
	}
	s := script{mechanisms: mechanisms.String(), features: features, resource: "世界שלום́", follows: now.speaks}
	p := sitDown(t, at, nil, s.serve(t)...)
	p.WaitFor("● online")
	look := func(keys ...string) {
		for _, key := range keys {
			p.SendKeys(key)
			time.Sleep(15 * time.Millisecond) // a frame: what is not drawn is not seen
		}
	}
	look("C-o")
	p.WaitMatch(inWindow.String())
	look("Down", "PgDn")
	p.until(func(screen string) bool { return !inWindow.MatchString(screen) }, "Escape")
	p.writes("<iq type='get' to='" + scriptedHost + "'><ping xmlns='urn:xmpp:ping'/></iq>")
	for _, n := range turns {
		now.pushed <- n
		look("M-3", "End")
		for range len(pushes) + 3 { // which have led to answers
			look("M-3", "Up", "M-4", "l")
		}
		for i, r := range replies {
			now.reply.Store(int32(i))
			look("F5", "M-2", "Home")
			if r.opens != "" && at.width >= narrow.width { // where a window says how it is closed
				p.until(inWindow.MatchString, r.opens)
			}
			look(r.looks...)
			p.holds(at, n)
			p.until(func(screen string) bool { return !inWindow.MatchString(screen) }, "Escape")
			look("M-4", "l", "M-2")
		}
		look("F9", "r", "Down", "Down", "Escape")
		p.holds(at, n)
	}
	// It is asked once more, where something waits for its answer.
	p.until(func(string) bool { return strings.Contains(string(p.Output()), "\x1b[?1049l") }, "C-c")
	p.left()
	output := p.Output()
	isOnlyText(t, output)
	return ansi.Strip(string(output))
}

// inWindow matches a screen with a window on it, by the key that closes it.
var inWindow = regexp.MustCompile(`esc (?:closes?|leave it)`)

// until presses a key as often as is needed for the screen to become such, and gives each time a
// while to have its effect.
func (p *person) until(such func(screen string) bool, key string) {
	p.t.Helper()
	for range 60 {
		if such(p.Screen.Screen()) {
			return
		}
		p.SendKeys(key)
		for range 40 {
			if such(p.Screen.Screen()) {
				return
			}
			time.Sleep(25 * time.Millisecond)
		}
	}
	p.t.Fatalf("%s does not help:\n%s", key, p.Screen.Screen())
}

// moment is what the server says now.
type moment struct {
	turn, reply atomic.Int32
	pushed      chan int // turns, whose pushes go out
	over        chan struct{}
}

// speaks pushes what a turn has, and answers the requests that come.
func (m *moment) speaks(to *speaker) {
	go func() {
		for {
			select {
			case <-m.over:
				return
			case turn := <-m.pushed:
				m.turn.Store(int32(turn))
				for _, push := range pushes {
					io.WriteString(to, fill(push, turn))
				}
			}
		}
	}()
	for heard := to.hears("</iq>"); heard != nil; heard = to.hears("</iq>") {
		request, turn := string(heard), int(m.turn.Load())
		match := bindID.FindStringSubmatch(request)
		switch {
		case match == nil || !asks.MatchString(request): // an answer of the program's
		case strings.Contains(request, "disco#info"):
			io.WriteString(to, answerTo(match[1], fill(discoInfo, turn)))
		case strings.Contains(request, "disco#items"):
			io.WriteString(to, answerTo(match[1], fill(discoItems, turn)))
		default:
			io.WriteString(to, strings.ReplaceAll(fill(replies[m.reply.Load()].stanza, turn), "ID", match[1]))
		}
	}
}

// asks matches a request of the program's.
var asks = regexp.MustCompile(`<iq [^>]*type=["'](?:get|set)["']`)

func answerTo(id, payload string) string {
	return "<iq type='result' id='" + id + "' from='" + scriptedHost + "'>" + payload + "</iq>"
}

// holds checks that the terminal, which counts cells in its own way, has the screen as it should be.
func (p *person) holds(at size, turn int) {
	p.t.Helper()
	p.WaitUntil(fmt.Sprintf("a whole screen after %.20q", hostilesOf(turn)), func(screen string) bool {
		lines := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
		framed := 0
		for _, line := range lines {
			if strings.ContainsAny(string([]rune(line + " ")[max(0, len([]rune(line))-1):]), "│┃┐┘┓┛╮╯┤") {
				framed++
			}
			if ansi.StringWidth(line) > at.width {
				return false
			}
		}
		return len(lines) == at.height && strings.ContainsAny(lines[1][:min(3, len(lines[1]))], "╭┌┏") && framed >= at.height/2 && strings.TrimSpace(lines[0]) != "" && strings.TrimSpace(lines[len(lines)-1]) != ""
	})
}

// said are the sequences that the program itself has use for: colours and styles, the cursor's
// place, erasing, the alternate screen, the cursor's look, bracketed paste; and, before its first
// frame, the question for the background's colour, in a terminal within a terminal as well.
var said = regexp.MustCompile("^(?:\x1b\\[[0-9;:]*m|\x1b\\[[0-9;]*[HJKABCD]|\x1b\\[\\?(?:25|1049|2004)[hl]|\x1b\\[\\?100[236]l|\x1b\\[6n|\x1b\\]11;\\?(?:\x1b\\\\|\a)|\x1bPtmux;\x1b\x1b\\]11;\\?(?:\a|\x1b\x1b\\\\)\x1b\\\\)")

// marks are how many marks may lie on one character.
const marks = 8

// isOnlyText checks what the program has written: text, and the sequences of its own.
func isOnlyText(t *testing.T, output []byte) {
	t.Helper()
	for at, run := 0, 0; at < len(output) && !t.Failed(); {
		if sequence := said.Find(output[at:min(len(output), at+64)]); sequence != nil {
			at += len(sequence)
			continue
		}
		r, n := utf8.DecodeRune(output[at:])
		around := output[max(0, at-30):min(len(output), at+30)]
		switch {
		case r == utf8.RuneError && n == 1:
			t.Errorf("the terminal gets bytes that are no UTF-8: %q", around)
		case r == '\n' || r == '\r':
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point, unicode.Bidi_Control):
			t.Errorf("the terminal gets %U as it is: %q", r, around)
		}
		if run++; !unicode.In(r, unicode.Mn, unicode.Me) {
			run = 0
		}
		if run > marks {
			t.Errorf("more than %d marks lie on each other: %q", marks, around)
		}
		at += n
	}
}

func TestTheGuardOverTheTerminalNoticesWhatIsNoText(t *testing.T) {
	guard := func(output string) bool {
		var probe testing.T
		isOnlyText(&probe, []byte(output))
		return probe.Failed()
	}
	for _, fine := range []string{"plain é 世\r\n", "\x1b[1;38;5;231mx\x1b[0m\x1b[2;3H", "e\u0301"} {
		if guard(fine) {
			t.Errorf("%q is refused", fine)
		}
	}
	for _, evil := range slices.Concat([]string{"\x1b]0;t\a", "\x1b[31", "\x1bc", "\x1b[?1000h", "a\tb", "\xff", strings.Repeat("\u0301", 20), "\x1b[8;1;1t", "\x1b]52;c;AA\a"}, []string{"\u009b31m", "\u202e", "\u200d", "\u2028", "\u00ad"}) {
		if !guard(evil) {
			t.Errorf("%q is let through", evil)
		}
	}
}
