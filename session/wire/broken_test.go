package wire

import (
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"iqscope/internal/xmlscan"
	"iqscope/iqbuilder/stanza"
)

// reply begins as what is broken in the tests below.
const reply = "<iq type='result' id='p1' from='localhost'><a xmlns='urn:example:a'/>"

// arrives lets text come, and then, if end is set, the connection end; it returns what the log
// was told of the broken element, what is in the log in all, and how reading ended.
func arrives(t *testing.T, cfg Config, text string, end bool) (broken *Event, log []string, err error) {
	t.Helper()
	cfg.Log = func(e Event) {
		if e.Element.Kind() == stanza.Broken {
			broken = &e
		}
		log = append(log, e.Shown.XML())
	}
	c, _, theirs := inMemory(t, cfg)
	swallow(theirs)
	says(t, theirs, text, end)
	err = lastError(c)
	c.CloseNow()
	return broken, log, err
}

func TestWhatStoodOnTheWireIsShownHoweverBroken(t *testing.T) {
	long := strings.Repeat("x", 3000)
	for _, c := range []struct {
		name, text   string
		want         string // all of text if empty
		rule         stanza.Rule
		line, column int
	}{
		{"a comment", reply + "<!-- x --></iq>", "", xmlscan.RuleComment, 1, 70},
		{"in the third line", "<iq id='p1'>\n <a xmlns='a'/>\n  <!-- x --></iq>", "", xmlscan.RuleComment, 3, 3},
		{"behind other elements and white space", "<presence/>\n <iq id='p1'>é<!-- x --></iq>", "<iq id='p1'>é<!-- x --></iq>", xmlscan.RuleComment, 1, 14},
		{"a bad byte", "<iq id='p1'>é\x01</iq>", "", xmlscan.RuleCharacter, 1, 14},
		{"a byte that is no UTF-8", "<iq id='p1'>é\xff</iq>", "", xmlscan.RuleUTF8, 1, 14},
		{"an overlong sequence", "<iq id='p1'>\xc0\xaf</iq>", "", xmlscan.RuleUTF8, 1, 13},
		{"an unbound prefix", "<iq id='p1'><p:a/></iq>", "", xmlscan.RuleUnboundPrefix, 1, 14},
		{"in its own start tag", "<iq id='p1' id='p2'><a xmlns='a'/></iq>", "", xmlscan.RuleDuplicateAttribute, 1, 13},
		{"a wrong end tag", "<iq id='p1'><a xmlns='a'></b></iq>", "", xmlscan.RuleMismatchedTag, 1, 28},
		{"cut where not much has come behind", "<iq id='p1'><!-- " + long, ("<iq id='p1'><!-- " + long)[:12+stanza.BehindFault], xmlscan.RuleComment, 1, 13},
		{"text between stanzas", " \n busy" + long, ("busy" + long)[:stanza.BehindFault], stanza.RuleTextInStream, 1, 1},
		{"too large", "<iq id='p1'>" + long, ("<iq id='p1'>" + long)[:2000+stanza.BehindFault], xmlscan.RuleSizeLimit, 1, 2001},
		{"too deep", "<iq id='p1'>" + strings.Repeat("<a>", 9), "", xmlscan.RuleDepthLimit, 1, 13 + 3*8},
		{"a stream in the stream", "<stream:stream id='s2'><iq/>", "", stanza.RuleNestedStream, 1, 1},
		{"a tag of the stream alone", "</iq>", "", xmlscan.RuleMismatchedTag, 1, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, log, err := arrives(t, Config{Limits: xmlscan.Limits{ElementBytes: 2000, Depth: 10}}, serverHeader+c.text, false)
			if e == nil {
				t.Fatalf("the log has nothing of it but %q", log)
			}
			want := c.want
			if want == "" {
				want = c.text
			}
			if e.Element.XML() != want || e.Shown != e.Element || e.Dir != stanza.In {
				t.Errorf("the log has %q, want %q", e.Element.XML(), want)
			}
			fault := e.Element.Fault()
			if fault.Rule != c.rule || fault.Line != c.line || fault.Column != c.column {
				t.Errorf("its fault is %v, want %s at %d:%d", fault, c.rule, c.line, c.column)
			}
			var ended *BrokenError
			var told *stanza.XMLError
			if !errors.As(err, &ended) || ended.Element != e.Shown || !errors.As(err, &told) || *told != *fault {
				t.Errorf("reading ended with %v", err)
			}
			if last := log[len(log)-2]; !strings.Contains(last, string(fault.Condition)) {
				t.Errorf("behind it the log has %q, want our stream error", last)
			}
		})
	}
}

func TestWhatIsKnownOfABrokenElementIsItsHeader(t *testing.T) {
	e, _, err := arrives(t, Config{}, serverHeader+reply+"<!-- x --></iq>", false)
	el := e.Element
	if el.Name() != (stanza.Name{Space: stanza.NSClient, Local: "iq"}) || el.ID() != "p1" || el.From() != "localhost" || el.Type() != stanza.Result || el.Payload().Local != "a" {
		t.Errorf("it is %v %s %s %s %v", el.Name(), el.ID(), el.From(), el.Type(), el.Payload())
	}
	if el.IsReply() || el.IsRequest() {
		t.Error("it is taken for an IQ")
	}
	if _, err := el.Tree(); err == nil {
		t.Error("it has a tree")
	}
	if want := `XMPP does not allow comments (comment), at 1:70 of the element "iq"`; err.Error() != want {
		t.Errorf("reading ended with %q, want %q", err, want)
	}
}

func TestAHangUpInTheMiddleOfAnElementShowsItsBeginning(t *testing.T) {
	for text, words := range map[string]string{
		serverHeader + "<iq id='p1'><a xmln":      `without </stream:stream>, in the middle of the element "iq", at 1:20 of it`,
		serverHeader + "<presence/> <iq id='\xc3": "without </stream:stream>, in the middle of what came, at 1:10 of it",
		serverHeader[:60]:                         "in the middle of what came, at 1:61 of it",
	} {
		e, log, err := arrives(t, Config{}, text, true)
		if e == nil || !strings.HasSuffix(text, e.Element.XML()) || e.Element.Fault().Rule != xmlscan.RuleUnexpectedEnd {
			t.Errorf("of %q the log has %q", text, log)
			continue
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasSuffix(err.Error(), words) {
			t.Errorf("reading %q ended with %v", text, err)
		}
		if last := log[len(log)-1]; last != e.Shown.XML() {
			t.Errorf("a lost connection was answered with %q", last)
		}
	}
	for _, text := range []string{"", serverHeader, serverHeader + "<presence/> \n"} {
		if e, _, err := arrives(t, Config{}, text, true); e != nil || errors.As(err, new(*BrokenError)) {
			t.Errorf("a hang-up between two elements, behind %q, ended with %v", text, err)
		}
	}
}

func TestABrokenStreamHeaderIsShownToo(t *testing.T) {
	for _, text := range []string{
		"HTTP/1.1 400 Bad Request\r\n\r\n",
		"<?xml version='1.0'?>  <!DOCTYPE x>",
		"<stream xmlns='jabber:client'>",
		"<?xml version='1.0' encoding='latin1'?>",
		"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' a='\xe4'>",
	} {
		e, _, err := arrives(t, Config{}, text, false)
		if e == nil || e.Element.XML() != text || !errors.As(err, new(*BrokenError)) {
			t.Errorf("%q is not shown; reading ended with %v", text, err)
		}
	}
}

func TestABrokenElementLeaksNoSecret(t *testing.T) {
	const secret = "c2VjcmV0"
	for name, text := range map[string]string{
		"SASL, cut off":                 "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + secret,
		"SASL, a bad byte behind":       "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + secret + "\x01</auth>",
		"SASL, a fault before":          "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' a='' a=''>" + secret + "</auth>",
		"SASL, no namespace":            "<response><!-- -->" + secret + "</response>",
		"a quote too few":               "<auth mechanism='PLAIN>" + secret + "</auth><iq/>",
		"a quote that ends later":       "<auth mechanism='PLAIN>" + secret + "</auth><iq a='b>",
		"a quote too few, at the end":   "<auth mechanism='PLAIN>" + secret,
		"its end alone":                 secret + "</sasl:auth>",
		"registration":                  "<iq type='set'><query xmlns='jabber:iq:register'><username>bill</username><password>" + secret + "</pass",
		"in a CDATA section":            "<iq><query xmlns='jabber:iq:register'><password><![CDATA[<b><" + secret + " ]]></password><!-- --></query></iq>",
		"in a comment":                  "<iq><query xmlns='jabber:iq:register'><password><!-- <b><" + secret + " /></b> --></password></query></iq>",
		"a form":                        "<iq><x xmlns='jabber:x:data'><field type='text-private' var='k'><value>" + secret + "\x02</value></field></x></iq>",
		"a form's password":             "<iq><x xmlns='jabber:x:data'><field var='muc#roomconfig_roompassword'><value>" + secret,
		"a token":                       "<authenticate><token xmlns='urn:xmpp:fast:0' token='" + secret + "' expiry='2030'/><!-- -->",
		"a token, cut off":              "<iq><token xmlns='urn:xmpp:fast:0' token=\"" + secret,
		"the password of a TURN server": "<iq><services xmlns='urn:xmpp:extdisco:2'><service host='h' password='" + secret + "'/><!-- --></services></iq>",
		"an upload's header":            "<iq><slot xmlns='urn:xmpp:http:upload:0'><put url='u'><header name='authorization'>" + secret + "</header></slot></iq>",
		"a pre-authentication":          "<presence><preauth xmlns='urn:xmpp:pars:0' token='" + secret,
		"a room's secret":               "<iq><x xmlns='jabber:x:data'><field var='muc#roomconfig_roomsecret'><value>" + secret,
		"a handshake":                   "<handshake>" + secret + "</handshaken>",

		"a quote of the other kind":    `<iq><x xmlns='jabber:x:conference' password="o'` + secret + `"/><!-- --></iq>`,
		"an angle bracket in quotes":   "<iq><x xmlns='jabber:x:conference' password='o>" + secret + "'/><!-- --></iq>",
		"the other one":                "<iq><x xmlns='jabber:x:conference' password='o<" + secret + "'/></iq>",
		"no quotes":                    "<iq><x xmlns='jabber:x:conference' password=" + secret + "/></iq>",
		"a password like a tag":        "<iq><query xmlns='jabber:iq:register'><password>o<é" + secret + ">x</password></query></iq>",
		"like one that does not end":   "<iq><query xmlns='jabber:iq:register'><password>o<" + secret + "</password></query></iq>",
		"like an end tag":              "<iq><query xmlns='jabber:iq:register'><password>o</" + secret + "></password></query></iq>",
		"a start tag that has no end":  "<iq><query xmlns='jabber:iq:register'><password<" + secret + "</password></query></iq>",
		"a tag that is none behind it": "<iq><query><r:password xmlns:r='r' >o<" + secret + " a='b'/></r:password><!-- --></query></iq>",
		"an attribute in the text":     "<iq><query><password>o token='x' " + secret + "</password><!-- --></query></iq>",
		"its own tag has no end":       "<iq id='p1' <password>" + secret + "</password></iq>",
		"a field named by numbers":     "<iq><x xmlns='jabber:x:data'><field var='p&#97;ssword'><value>" + secret + "</value></field><!-- --></x></iq>",
	} {
		t.Run(name, func(t *testing.T) {
			e, _, err := arrives(t, Config{}, serverHeader+text, true)
			var ended *BrokenError
			if e == nil || !errors.As(err, &ended) {
				t.Fatalf("reading ended with %v", err)
			}
			for _, shown := range []string{e.Shown.XML(), ended.Element.XML(), err.Error()} {
				if strings.Contains(shown, secret) {
					t.Errorf("shown is %q", shown)
				}
			}
			if !e.Redacted() || !strings.Contains(e.Shown.XML(), "hidden]") || e.Element.XML() == e.Shown.XML() {
				t.Errorf("shown is %q, and nothing says that it is not all", e.Shown.XML())
			}
			if tag, _, _ := strings.Cut(text, ">"); !strings.Contains(tag, secret) && text[0] == '<' && !strings.HasPrefix(e.Shown.XML(), tag) {
				t.Errorf("its tag is gone, too: %q", e.Shown.XML())
			}
		})
	}
}

func TestTheFaultIsWhereItIsInWhatIsShown(t *testing.T) {
	e, _, _ := arrives(t, Config{}, serverHeader+"<iq><password>c2Vj\xffcmV0</password></iq>", false)
	if at := e.Shown.XML()[e.Shown.Fault().Offset:]; at != "[9 bytes hidden]</password></iq>" {
		t.Errorf("in %q the fault is at %q", e.Shown.XML(), at)
	}
	e, _, _ = arrives(t, Config{}, serverHeader+"<iq><password>c2VjcmV0</password><a b='<'/></iq>", false)
	if words := e.Shown.Fault().Detail; words != `an attribute's value must not contain "<"; write "&lt;"` {
		t.Errorf("its words are %s", words)
	}
	e, _, _ = arrives(t, Config{}, serverHeader+"<iq><password n='m'/><a b='c'/><password>x</a></password></iq>", false)
	if e.Shown.XML() != "<iq><password n='m'/><a b='c'/><password>[5 bytes hidden]</password></iq>" {
		t.Errorf("shown is %s", e.Shown.XML())
	}
	if words := e.Shown.Fault().Detail; words != `the end tag must be that of the element "password"` {
		t.Errorf("its words are %s", words)
	}
	e, _, _ = arrives(t, Config{}, serverHeader+"<iq><password>c2VjcmV0</password><p:a/></iq>", false)
	if at := e.Shown.XML()[e.Shown.Fault().Offset:]; at != "p:a/></iq>" || e.Shown.Fault().Column != 43 {
		t.Errorf("in %q the fault is at %q, column %d", e.Shown.XML(), at, e.Shown.Fault().Column)
	}
}

func TestABrokenMessageOfAWebSocketIsShown(t *testing.T) {
	for _, c := range []struct {
		name, text   string
		binary       bool
		want, detail string
		column       int
	}{
		{"a comment", "<iq xmlns='jabber:client' id='p1'><!-- --></iq>", false, "", "comments", 35},
		{"binary", "\x00\x01<iq/>", true, "", "not of the type text", 1},
		{"no element", "busy", false, "", "does not begin with <", 1},
		{"two elements", "<iq xmlns='jabber:client'/><iq/>", false, "", "", 28},
		{"too long", "<iq xmlns='jabber:client'>" + strings.Repeat("x", 3000), false,
			"<iq xmlns='jabber:client'>" + strings.Repeat("x", 1000-26) + "x", "limit of 1000 bytes", 1001},
		{"a stanza without its namespace", "<iq id='p1'/>", false, "", `"iq" has no namespace: over WebSocket each stanza must carry xmlns='jabber:client' (RFC 7395 §3.3.3)`, 1},
		{"features without theirs", "<features/>", false, "", `"features" has no namespace: each message stands alone and declares it itself (RFC 7395 §3.3.3)`, 1},
		{"a prefix of the stream's", "<stream:features/>", false, "", `"stream" is not declared: each message stands alone and declares it itself`, 2},
		{"a stream's tag", "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'/>", false, "", "begins with <open/>, not with <stream:stream>", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var shown []*stanza.Stanza
			cfg := Config{Limits: xmlscan.Limits{ElementBytes: 1000}, Log: func(e Event) {
				if e.Element.Kind() == stanza.Broken {
					shown = append(shown, e.Shown)
				}
			}}
			conn := overWebSocket(t, cfg, func(ctx context.Context, theirs *websocket.Conn) {
				tell(ctx, theirs, openMessage)
				kind := websocket.MessageText
				if c.binary {
					kind = websocket.MessageBinary
				}
				go theirs.Write(ctx, kind, []byte(c.text))
				listen(ctx, theirs)
			})
			read(t, conn)
			_, err := conn.Next(t.Context())
			conn.CloseNow()
			want := c.want
			if want == "" {
				want = c.text
			}
			if len(shown) != 1 || shown[0].XML() != want {
				t.Fatalf("shown is %v, want %q; reading ended with %v", shown, want, err)
			}
			if fault := shown[0].Fault(); fault.Line != 1 || fault.Column != c.column || !strings.Contains(err.Error(), c.detail) {
				t.Errorf("reading ended with %v, want %q at column %d", err, c.detail, c.column)
			}
		})
	}
}

func TestAMessageThatAHangUpCutsOffIsShown(t *testing.T) {
	const begun = "<iq xmlns='jabber:client' id='p1'><a"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: xmpp\r\n"+
			"Sec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(key[:])+"\r\n\r\n")
		// One frame of 100 bytes (RFC 6455 §5.2), of which not all come.
		io.WriteString(conn, "\x81\x64"+begun)
	}))
	defer server.Close()
	ws, _, err := websocket.Dial(t.Context(), server.URL, &websocket.DialOptions{Subprotocols: []string{"xmpp"}})
	if err != nil {
		t.Fatal(err)
	}
	raw, far := net.Pipe() // nothing goes over it
	defer far.Close()
	var last *stanza.Stanza
	conn := NewWebSocket(ws, raw, nil, Config{Log: func(e Event) { last = e.Shown }})
	defer ws.CloseNow()
	_, err = conn.Next(t.Context())
	if last == nil || last.Kind() != stanza.Broken || last.XML() != begun || last.ID() != "p1" || last.Fault().Column != len(begun)+1 {
		t.Errorf("the log was told of %v", last)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, new(*BrokenError)) || errors.As(err, new(*stanza.XMLError)) {
		t.Errorf("reading ended with %v", err)
	}
}
