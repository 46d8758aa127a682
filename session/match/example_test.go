package match_test

import (
	"errors"
	"fmt"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/match"
)

// The page's two handlers: one for both types, one for gets alone.
func ExampleCompile() {
	keys := match.BasicKeys()
	keys["custom_xep"] = match.Payload{Name: stanza.Name{Space: "custom-xep", Local: "query"}}

	set, _ := stanza.Parse(`<iq type='set' id='1'><query xmlns='custom-xep'/></iq>`, stanza.ClientScope())
	subject := match.NewSubject(match.Facts{Stanza: set, Dir: stanza.In})

	for _, path := range []string{"iq/custom_xep", "iq@type=get/custom_xep"} {
		x, err := match.Compile(path, keys)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(x, x.Match(subject))
	}
	// Output:
	// iq/custom_xep true
	// iq@type=get/custom_xep false
}

func ExampleSyntaxError() {
	_, err := match.Compile("iq@from=b@h", match.BasicKeys())
	var bad *match.SyntaxError
	if errors.As(err, &bad) {
		fmt.Println("byte", bad.Pos)
		fmt.Println(bad)
	}
	// Output:
	// byte 8
	// column 9: an address needs quotes; write @from="b@h"
}

func ExampleExpr_Why() {
	get, _ := stanza.Parse(`<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>`, stanza.ClientScope())
	x, _ := match.Compile("iq@type=get/version", match.BasicKeys())

	why := x.Why(match.NewSubject(match.Facts{Stanza: get}))
	fmt.Printf("%s at %d: %s\n", why.Step, why.Pos, why.Words)
	// Output:
	// version at 12: there is no version in it; it carries "{urn:xmpp:ping}ping"
}

func ExampleXPath() {
	items, _ := stanza.Parse(`<iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#items'>`+
		`<item jid='a@h'/><item jid='b@h'/></query></iq>`, stanza.ClientScope())
	x, _ := match.XPath(`//item[last()][@jid='b@h']`)
	fmt.Println(x.Match(match.NewSubject(match.Facts{Stanza: items})))
	// Output: true
}
