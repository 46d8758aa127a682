package capture_test

import (
	"fmt"
	"strings"

	"iqscope/iqbuilder/capture"
	"iqscope/iqbuilder/stanza"
)

func ExampleRead() {
	text := "<message to='romeo@example.net'><body>Hi</body></message>\n" +
		"<iq type='get' id='1'/>\n"
	for el, err := range capture.Read(strings.NewReader(text), stanza.ClientScope()) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(text[el.Pos:el.End])
		for _, f := range el.Findings {
			fmt.Printf("%d:%d: %s (%s)\n", f.Line, f.Column, f.Text, f.Section)
		}
	}
	// Output:
	// <message to='romeo@example.net'><body>Hi</body></message>
	// <iq type='get' id='1'/>
	// 2:2: a get needs one child element that says what is asked (RFC 6120 §8.2.3)
}

func ExampleReadAs() {
	text := "2026-11-27T12:00:01.25Z: prof: INF: Starting Profanity\n" +
		"2026-11-27T12:00:02.50Z: conn: DBG: SENT: <iq type=\"get\" id=\"1\"><query xmlns=\"jabber:iq:roster\"/></iq>\n"
	c, err := capture.ReadAs(strings.NewReader(text), capture.Auto, stanza.ClientScope())
	if err != nil {
		fmt.Println(err)
		return
	}
	for el := range c.Elements() {
		fmt.Println(el.Time, el.Dir == stanza.Out, el.Stanza.Payload().Space)
	}
	fmt.Println(c.Format, c.Skipped())
	// Output:
	// 2026-11-27 12:00:02.5 +0000 UTC true jabber:iq:roster
	// profanity 1
}
