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
