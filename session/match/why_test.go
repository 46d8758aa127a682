package match

import "testing"

func TestWhyNamesTheStepThatFailsAndItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, xml, part, words string }{
		{"another stanza", `iq/ping`, message, `iq`, `it is "message", not iq`},
		{"another type", `iq@type=set/custom_xep`, customGet, `@type=set`, `@type is "get"`},
		{"no field", `message@id=1`, message, `@id=1`, `@id is not there`},
		{"another payload", `iq/ping`, customGet, `ping`, `there is no ping in it; it carries "{custom-xep}query"`},
		{"a payload alone", `ping`, customGet, `ping`, `there is no ping in it; it carries "{custom-xep}query"`},
		{"nothing in it", `iq/ping`, badFrom, `ping`, `there is no ping in it; it is empty`},
		{"a step further on", `iq/custom_xep/entry/mood`, customGet, `mood`, `there is no mood in entry`},
		{"a field further on", `iq/custom_xep@level>8`, customGet, `@level>8`, `@level is "7"`},
		{"the second of two fields", `iq/custom_xep@level=7@size<1k`, customGet, `@size<1k`, `@size is "4100"`},
		{"a declared field", `iq/custom_xep@mood=sad`, customGet, `@mood=sad`, `@mood is "Merry & bright"`},
		{"a part of an address", `iq@from.bare="c@host"`, customGet, `@from.bare="c@host"`, `@from.bare is "b@host"`},
		{"no address", `iq@from.domain=host`, badFrom, `@from.domain=host`, `@from.domain is "@", which is no address`},
		{"bytes", `presence@bytes>1k`, presence, `@bytes>1k`, `@bytes is 27`},
		{"the condition", `iq@error=gone`, failed, `@error=gone`, `@error is "service-unavailable"`},
		{"no error", `iq@error=gone`, pingGet, `@error=gone`, `@error is not there`},
		{"the first term of and that fails", `iq and message and ping`, customGet, `message`, `it is "iq", not message`},
		{"the term of or that came furthest", `message or iq/custom_xep/note or iq/x`, customGet, `note`, `there is no note in custom_xep`},
		{"not", `iq and not custom_xep`, customGet, `not custom_xep`, `it does match custom_xep`},
		{"an element's text", `message/thread="x"`, hi, `="x"`, `its text is "a\"b'"`},
		{"a message's field", `message@thread=x`, hi, `@thread=x`, `@thread is "a\"b'"`},
		{"no such field", `message@subject=x`, hi, `@subject=x`, `@subject is not there`},
		{"an XPath in it", `iq and xpath("//entry[@n='3']")`, customGet, `xpath("//entry[@n='3']")`, `@n is "1"`},
		{"a mask in it", `mask("<message/>") and iq`, customGet, `mask("<message/>")`, `it is "iq", not message`},
		{"the XPath of or that came furthest", `message or xpath("//entry/x")`, customGet, `xpath("//entry/x")`, `there is no x in entry`},
		{"text", `iq and ~"sad"`, customGet, `~"sad"`, `the text is not in it`},
	} {
		t.Run(c.name, func(t *testing.T) {
			why := compile(t, c.text).Why(subjectOf(t, c.xml))
			if why.OK || why.Text != c.text || c.text[why.Pos:why.End] != c.part || why.Words != c.words {
				t.Errorf("%+v\nwant %s: %s", why, c.part, c.words)
			}
		})
	}
}

func TestWhyAnXPathOrAMaskFails(t *testing.T) {
	const iq = `<iq type='get'><l xmlns='u'><i k='x'>one</i><i k='x'>two</i><e/></l></iq>`
	for _, c := range []struct {
		name        string
		x           *Expr
		part, words string
	}{
		{"an attribute", mustXPath(t, `/iq[@type='set']`), `[@type='set']`, `@type is "get"`},
		{"no attribute", mustXPath(t, `//l[@k]`), `[@k]`, `@k is not there`},
		{"a number", mustXPath(t, `//i[3]`), `[3]`, `there are not so many`},
		{"a text", mustXPath(t, `//i[1][.='two']`), `[.='two']`, `its text is "one"`},
		{"a child", mustXPath(t, `//e[x]`), `[x]`, `it has no child x`},
		{"a mask's tag", mustMask(t, `<message/>`), `<message/>`, `it is "iq", not message`},
		{"a mask's attribute", mustMask(t, `<iq type='set'/>`), `<iq type='set'/>`, `@type is "get"`},
		{"a mask's child", mustMask(t, `<iq><m/></iq>`), `<m/>`, `there is no such element in "iq"`},
		{"a mask's grandchild", mustMask(t, `<iq><l xmlns='u'><f/></l></iq>`), `<f/>`, `there is no such element in "l"`},
		{"several to choose from", mustMask(t, `<iq><l xmlns='u'><i k='z'/></l></iq>`), `<i k='z'/>`, `none of the elements of this name in "l" fits`},
		{"one needed twice", mustMask(t, `<iq><l xmlns='u'><i>one</i><i>one</i></l></iq>`), `<i>one</i>`, `every element that fits it is needed for another part of the mask`},
	} {
		t.Run(c.name, func(t *testing.T) {
			why := c.x.Why(subjectOf(t, iq))
			if why.OK || why.Text[why.Pos:why.End] != c.part || why.Words != c.words {
				t.Errorf("%+v\nwant %s: %s", why, c.part, c.words)
			}
		})
	}
}

func TestWhyOfAMatcherByName(t *testing.T) {
	why := ID("2").Why(subjectOf(t, customGet))
	if want := (Reason{Step: "@id=2", Words: `@id is "1"`}); why != want {
		t.Errorf("%+v", why)
	}
}
