package cli

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
)

// The headers that a scripted server may begin its streams with.
const (
	usualHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='s' from='localhost' version='1.0'>"
	bareHeader  = "<?xml version='1.0'?><stream xmlns='http://etherx.jabber.org/streams' id='s' from='localhost' version='1.0'>"
)

// script is what a server on loopback says.
type script struct {
	header    string // usualHeader if empty
	features  string // usualFeatures if empty; %s is what they offer
	unasked   string // behind the login; then it hangs up
	component bool   // it is for components, who show that they know a secret
	answer    string // to the first request, in which {id} is its id; then it hangs up
	// requests takes the requests in place of that, by their ids; what it returns is said.
	requests func(id string) string
}

// scripted is a server that lets anybody log in, and plays the script. It returns the flags to get
// there.
func scripted(t *testing.T, s script) []string {
	t.Helper()
	s.header, s.features = cmp.Or(s.header, usualHeader), cmp.Or(s.features, usualFeatures)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.play(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return []string{"-j", "localhost", "--anonymous", "--server", l.Addr().String(), "--tls", "off", "--timeout", "60", "--bare"}
}

var requestID = regexp.MustCompile(`id=["']([^"']*)["']`)

// play reads as little as it takes: up to what each answer is due for.
func (s script) play(conn net.Conn) {
	r := bufio.NewReader(conn)
	until := func(end string) string {
		var got strings.Builder
		for !strings.HasSuffix(got.String(), end) {
			c, err := r.ReadByte()
			if err != nil {
				return ""
			}
			got.WriteByte(c)
		}
		return got.String()
	}
	says := func(text string) { io.WriteString(conn, text) }
	if s.component {
		until(">") // of the XML declaration
		until(">")
		says(s.header)
		until("</handshake>")
		says("<handshake xmlns='jabber:component:accept'/>")
		if id := requestID.FindStringSubmatch(until("</iq>")); id != nil {
			says(strings.ReplaceAll(s.answer, "{id}", id[1]))
		}
		return
	}
	until("version='1.0'>")
	says(s.header + fmt.Sprintf(s.features, "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms>"))
	if until("/auth>") == "" {
		return
	}
	says("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	until("version='1.0'>")
	says(s.header + fmt.Sprintf(s.features, "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"))
	for bound := false; ; bound = true {
		id := requestID.FindStringSubmatch(until("</iq>"))
		if id == nil {
			return
		}
		if !bound {
			says("<iq xmlns='jabber:client' type='result' id='" + id[1] + "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@localhost/r</jid></bind></iq>" + s.unasked)
			if s.unasked != "" {
				return
			}
			continue
		}
		if s.requests != nil {
			says(s.requests(id[1]))
			continue
		}
		says(strings.ReplaceAll(s.answer, "{id}", id[1]))
		return
	}
}

const (
	usualFeatures = "<stream:features>%s</stream:features>"
	bareFeatures  = "<features>%s</features>"
	asked         = "<iq type='get' id='p1' to='localhost'><ping xmlns='urn:xmpp:ping'></ping></iq>"
)

// faults are answers that end a stream, with what is to be said of each.
var faults = []struct {
	name, answer string
	shown        string // as JSON and terminals have it; the answer if empty
	broken       string
}{
	{"a comment", "<iq type='result' id='{id}' from='localhost'><a xmlns='urn:example:a'/><!-- x --></iq>", "", "1:70: XMPP does not allow comments (comment)"},
	{"a bad byte", "<iq type='result' id='{id}'>\x02\xff</iq>", "<iq type='result' id='p1'>\x02<0xFF></iq>", "1:27: the character U+0002 is not allowed in XML (illegal-character)"},
	{"an unbound prefix", "<iq type='result' id='{id}'><p:a/></iq>", "", `1:28: the prefix "p" is not declared (unbound-prefix)`},
	{"a wrong end tag", "<iq type='result' id='{id}'><a xmlns='a'></b></iq>", "", "1:42: the end tag must be that of"},
	{"a hang-up", "<iq type='result' id='{id}'><a xml", "", "1:33: it ends in the middle of this element (unexpected-end)"},
	{"a stream in the stream", usualHeader[len("<?xml version='1.0'?>"):], "", "1:1: a stream begins inside of a stream (stream-in-a-stream)"},
}

func TestSendShowsWhatArrivedBroken(t *testing.T) {
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			shown := fault.shown
			if shown == "" {
				shown = strings.ReplaceAll(fault.answer, "{id}", "p1")
			}
			to := scripted(t, script{answer: fault.answer})

			r := run(t, append(to, "send", "--output", "json", asked)...)
			record := lines(t, r.stdout)[0]
			wantKeys(t, record, recordKeys...)
			if why, _ := record["broken"].(string); r.code != exitLost || record["broken_xml"] != shown || !strings.HasPrefix(why, fault.broken) {
				t.Errorf("exit code %d, broken %v: %v, want %s", r.code, record["broken"], record["broken_xml"], shown)
			}
			if record["outcome"] != "unknown" || record["reason"] == nil {
				t.Errorf("the outcome is %v because of %v", record["outcome"], record["reason"])
			}

			for _, way := range [][]string{{"send", asked}, {"send", "--raw", asked}, {"send", "--count", "2", "--output", "raw", asked}} {
				r := run(t, append(to, way...)...)
				shown := strings.NewReplacer("\x02", "␂", "p1", id(r.stderr)).Replace(shown)
				if r.code != exitLost || !strings.Contains(r.stderr, "what arrived of it:\n"+shown) {
					t.Errorf("%q: exit code %d, stderr %q, want %q", way, r.code, r.stderr, shown)
				}
			}
		})
	}
}

// id is that of the answer in what was said; p1 unless it is one of a series.
func id(said string) string {
	_, said, _ = strings.Cut(said, "what arrived of it:\n")
	if id := requestID.FindStringSubmatch(said); id != nil && strings.HasPrefix(id[1], "p1") {
		return id[1]
	}
	return "p1"
}

func TestSendRawShowsWhatArrivedBroken(t *testing.T) {
	to := scripted(t, script{answer: "<message><body>{id}<!--"})
	const typed = "<iq type='result' id='x'></iq>" // nothing waits for its answer
	run(t, append(to, "send", "--raw", typed)...).want(t, exitLost, "", "what arrived of it:\n<message><body>x<!--")
	r := run(t, append(to, "send", "--output", "json", "--raw", typed)...)
	if record := lines(t, r.stdout)[0]; record["broken_xml"] != "<message><body>x<!--" || record["reason"] == nil {
		t.Errorf("the record is %v", record)
	}
}

func TestWatchShowsWhatArrivedBroken(t *testing.T) {
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			bytes := strings.ReplaceAll(fault.answer, "{id}", "p1")
			shown := cmp.Or(fault.shown, bytes)
			to := scripted(t, script{unasked: bytes})
			for _, way := range [][]string{{"watch"}, {"watch", "--all", "--filter", "broken"}} {
				r := run(t, append(append(to, "--count", "1"), way...)...)
				line := lines(t, r.stdout)[0]
				wantKeys(t, line, eventKeys...)
				why, _ := line["broken"].(string)
				if r.code != exitResult || line["xml"] != shown || line["kind"] != "broken" || line["dir"] != "in" || !strings.HasPrefix(why, fault.broken) {
					t.Errorf("%q: exit code %d, %v, want %s because of %s", way, r.code, line, shown, fault.broken)
				}
			}
			for output, want := range map[string]string{"raw": bytes + "\n", "pretty": " broken: " + fault.broken} {
				if r := run(t, append(to, "watch", "--count", "1", "--output", output)...); !strings.Contains(r.stdout, want) {
					t.Errorf("%s: stdout %q, want %q", output, r.stdout, want)
				}
			}
		})
	}
}

func TestBrokenFeaturesAreShown(t *testing.T) {
	to := scripted(t, script{features: "<stream:features>%s<!-- x --></stream:features>"})
	want := "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms><!-- x --></stream:features>"
	run(t, append(to, "send", asked)...).want(t, exitConnect, "", "what arrived of it:\n"+want)
	run(t, append(to, "send", asked)...).want(t, exitConnect, "", `XMPP does not allow comments (comment), at 1:116 of the element "features"`)
	r := run(t, append(to, "watch", "--all")...) // it ends, for there was no login
	all := lines(t, r.stdout)
	broken := all[len(all)-3]
	wantKeys(t, broken, eventKeys...)
	if broken["xml"] != want || broken["kind"] != "broken" || broken["dir"] != "in" || broken["broken"] == nil {
		t.Errorf("watch prints %q", r.stdout)
	}
}

func TestOfALongBrokenStanzaTheEndIsShown(t *testing.T) {
	to := scripted(t, script{answer: "<iq id='{id}'>" + strings.Repeat("é", 2000) + "\x01</iq>"})
	r := run(t, append(to, "send", asked)...)
	r.want(t, exitLost, "", "what arrived of it behind its first 1964 bytes:\né")
	if !strings.Contains(r.stderr, "éé␁</iq>\n") || strings.Count(r.stderr, "é") != maxBroken/2 {
		t.Errorf("stderr is %q", r.stderr)
	}
}

func TestTheLogOfServeShowsWhatAClientSendsBroken(t *testing.T) {
	s := serve(t, "--log")
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "busy\n")
	for {
		if line := s.line(); strings.Contains(line, "busy") {
			if !strings.HasSuffix(line, " → busy␊ broken: 1:1: text is not allowed outside the root element (text-outside-root)") {
				t.Errorf("the log has %q", line)
			}
			return
		}
	}
}

// A component's stream breaks as a client's does.
func TestAComponentIsShownWhatArrivedBroken(t *testing.T) {
	for header, answer := range map[string]string{
		"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s' from='c.localhost'>": "<iq type='result' id='{id}'><p:a/>",
		"<stream xmlns='http://etherx.jabber.org/streams' id='s' from='c.localhost'>":                                               "<iq xmlns='jabber:component:accept' type='result' id='{id}'><p:a/>",
	} {
		to := scripted(t, script{component: true, header: header, answer: answer})
		to = append([]string{"-j", "c.localhost", "--component", "--secret-file", file(t, "secret", "s3cret")}, to[3:]...)
		r := run(t, append(to, "send", "--output", "json", "<iq type='get' id='p1' from='c.localhost' to='localhost'><ping xmlns='urn:xmpp:ping'></ping></iq>")...)
		if r.code != exitLost || lines(t, r.stdout)[0]["broken_xml"] != strings.ReplaceAll(answer, "{id}", "p1") {
			t.Errorf("exit code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
		}
	}
}

func TestAStreamWhoseStanzasNameTheirOwnNamespaceIsAsGoodAsAny(t *testing.T) {
	to := scripted(t, script{header: bareHeader, features: bareFeatures, answer: "<iq xmlns='jabber:client' type='result' id='{id}' from='localhost'/></stream>"})
	r := run(t, append(to, "send", "--output", "json", asked)...)
	if record := lines(t, r.stdout)[0]; r.code != exitResult || record["outcome"] != "result" {
		t.Errorf("exit code %d, record %v, stderr %q", r.code, record, r.stderr)
	}
}
