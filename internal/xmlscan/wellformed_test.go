package xmlscan

import (
	"testing"
)

// wellFormed are documents that must be accepted, and what they say: a name,
// its attributes in brackets, what it contains in parentheses.
var wellFormed = []struct{ name, doc, want string }{
	// Elements.
	{"one empty element", `<a/>`, `a()`},
	{"a start and an end tag", `<a></a>`, `a()`},
	{"white space before the slash", `<a />`, `a()`},
	{"white space before the end of a start tag", "<a \t\r\n></a>", `a()`},
	{"white space before the end of an end tag", "<a></a \t\r\n>", `a()`},
	{"children", `<a><b/><c></c></a>`, `a(b() c())`},
	{"the same name nested", `<a><a><a/></a></a>`, `a(a(a()))`},
	{"a name that begins another", `<a><ab></ab></a>`, `a(ab())`},
	{"white space around the root", " \t\r\n<a/>\n\n \r", `a()`},

	// Names.
	{"every kind of ASCII name character", `<_aZ0-.9/>`, `_aZ0-.9()`},
	{"a name of one underscore", `<_/>`, `_()`},
	{"a name of two bytes a character", `<äöü/>`, `äöü()`},
	{"a name of three bytes a character", `<名前/>`, `名前()`},
	{"a name of four bytes a character", "<\U00010000x/>", "\U00010000x()"},
	{"the last character a name may begin with", "<\U000EFFFF/>", "\U000EFFFF()"},
	{"a combining character inside a name", "<a\u0300/>", "a\u0300()"},
	{"a middle dot inside a name", "<a\u00B7/>", "a\u00B7()"},
	{"a tie inside a name", "<a\u203F\u2040/>", "a\u203F\u2040()"},
	{"a joiner begins a name", "<\u200C\u200D/>", "\u200C\u200D()"},
	{"names that begin with xml", `<xmla xmlb=''/>`, `xmla[xmlb=]()`},
	{"an end tag with a name of many bytes", `<ä名></ä名>`, `ä名()`},

	// Attributes.
	{"single quotes", `<a b='c'/>`, `a[b=c]()`},
	{"double quotes", `<a b="c"/>`, `a[b=c]()`},
	{"an empty value", `<a b=''/>`, `a[b=]()`},
	{"the other quote in a value", `<a b='"' c="'"/>`, `a[b=" c=']()`},
	{"white space around the equals sign", "<a b \n=\t 'c'/>", `a[b=c]()`},
	{"several attributes on several lines", "<a b='1'\nc='2'\td='3' />", `a[b=1 c=2 d=3]()`},
	{"a greater-than sign in a value", `<a b='>'/>`, `a[b=>]()`},
	{"brackets in a value", `<a b=']]>'/>`, `a[b=]]>]()`},
	{"a slash in a value", `<a b='/>'/>`, `a[b=/>]()`},
	{"characters of all lengths in a value", "<a b='ä€\U0001F600'/>", "a[b=ä€\U0001F600]()"},
	{"attributes that differ in case", `<a b='' B=''/>`, `a[b= B=]()`},
	{"an end tag in a value, escaped", `<a b='&lt;/a>'/>`, `a[b=</a>]()`},
	{"white space in a value becomes spaces", "<a b='1\t2\n3\r4\r\n5'/>", `a[b=1 2 3 4 5]()`},
	{"referenced white space in a value stays", `<a b='&#9;&#10;&#13;'/>`, "a[b=\t\n\r]()"},
	{"ten attributes", `<a b0='' b1='' b2='' b3='' b4='' b5='' b6='' b7='' b8='' b9=''/>`, `a[b0= b1= b2= b3= b4= b5= b6= b7= b8= b9=]()`},

	// Text.
	{"text", `<a>text</a>`, `a("text")`},
	{"text between children", `<a>1<b/>2<c>3</c>4</a>`, `a("1" b() "2" c("3") "4")`},
	{"white space as text", "<a> \t\n</a>", `a(" \t\n")`},
	{"quotes in text", `<a>"'</a>`, `a("\"'")`},
	{"a greater-than sign in text", `<a>></a>`, `a(">")`},
	{"brackets in text", `<a>] ]] ]>]</a>`, `a("] ]] ]>]")`},
	{"brackets before an end tag", `<a>]]</a>`, `a("]]")`},
	{"brackets before a reference", `<a>]]&gt;</a>`, `a("]]>")`},
	{"brackets before other text", `<a>]]x></a>`, `a("]]x>")`},
	{"the delete character, which is legal", "<a>\x7f</a>", `a("\x7f")`},
	{"control characters of the second block", "<a>\u0080\u009b\u0085</a>", `a("\u0080\u009b\u0085")`},
	{"the edges of what a character may be", "<a>\ud7ff\ue000\ufffd\U00010000\U0010ffff</a>", `a("\ud7ff\ue000\ufffd\U00010000\U0010ffff")`},
	{"characters of planes that end in FFFE", "<a>\U0001FFFE\U0001FFFF</a>", `a("\U0001fffe\U0001ffff")`},
	{"a byte order mark in text", "<a>\ufeff</a>", `a("\ufeff")`},
	{"a carriage return becomes a line feed", "<a>1\r2</a>", `a("1\n2")`},
	{"a line end of two bytes becomes one", "<a>1\r\n2</a>", `a("1\n2")`},
	{"mixed line ends", "<a>\r\r\n\n\r</a>", `a("\n\n\n\n")`},

	// References.
	{"the five entities", `<a>&amp;&lt;&gt;&quot;&apos;</a>`, `a("&<>\"'")`},
	{"the five entities in a value", `<a b='&amp;&lt;&gt;&quot;&apos;'/>`, `a[b=&<>"']()`},
	{"a decimal reference", `<a>&#65;</a>`, `a("A")`},
	{"a hexadecimal reference in both cases", `<a>&#x4a;&#x4A;</a>`, `a("JJ")`},
	{"a reference with leading zeros", `<a>&#0000000000000000000000065;</a>`, `a("A")`},
	{"the last reference", `<a>&#x10FFFF;&#1114111;</a>`, `a("\U0010ffff\U0010ffff")`},
	{"references at the edges", `<a>&#9;&#10;&#13;&#32;&#xD7FF;&#xE000;&#xFFFD;</a>`, `a("\t\n\r \ud7ff\ue000\ufffd")`},
	{"a reference is not read twice", `<a>&#38;amp;&#60;b></a>`, `a("&amp;<b>")`},
	{"a reference to a character that begins markup", `<a>&#x3C;/a></a>`, `a("</a>")`},
	{"references and text in turn", `<a>1&amp;2&lt;3</a>`, `a("1&2<3")`},
	{"referenced brackets", `<a>&#93;]></a>`, `a("]]>")`},

	// CDATA sections.
	{"a CDATA section", `<a><![CDATA[text]]></a>`, `a("text")`},
	{"an empty CDATA section", `<a><![CDATA[]]></a>`, `a("")`},
	{"markup in a CDATA section", `<a><![CDATA[<b>&amp;</b>]]></a>`, `a("<b>&amp;</b>")`},
	{"brackets in a CDATA section", `<a><![CDATA[]] ]]] ]>]]]]></a>`, `a("]] ]]] ]>]]")`},
	{"a comment in a CDATA section", `<a><![CDATA[<!-- -->]]></a>`, `a("<!-- -->")`},
	{"line ends in a CDATA section", "<a><![CDATA[1\r\n2\r3\n4\r]]></a>", `a("1\n2\n3\n4\n")`},
	{"characters of all lengths in a CDATA section", "<a><![CDATA[ä€\U0001F600]]></a>", `a("\u00e4\u20ac\U0001f600")`},
	{"CDATA sections side by side", `<a><![CDATA[1]]><![CDATA[2]]>3</a>`, `a("1" "2" "3")`},
	{"a CDATA section inside a CDATA section's text", `<a><![CDATA[<![CDATA[]]></a>`, `a("<![CDATA[")`},

	// The XML declaration.
	{"a declaration", `<?xml version="1.0"?><a/>`, `? a()`},
	{"a declaration in single quotes", `<?xml version='1.0'?><a/>`, `? a()`},
	{"a declaration with an encoding", `<?xml version='1.0' encoding='UTF-8'?><a/>`, `? a()`},
	{"an encoding in small letters", `<?xml version='1.0' encoding='utf-8'?><a/>`, `? a()`},
	{"a declaration with everything", `<?xml version='1.0' encoding="Utf-8" standalone='yes' ?><a/>`, `? a()`},
	{"a declaration without an encoding", `<?xml version='1.0' standalone="no"?><a/>`, `? a()`},
	{"white space in a declaration", "<?xml\t\r\nversion \n=\t'1.0'  encoding = 'UTF-8'\n?>\n<a/>", `? a()`},

	// Namespaces.
	{"a default namespace", `<a xmlns='n'><b/></a>`, `{n}a[xmlns:xmlns=n]({n}b())`},
	{"a default namespace does not hold for attributes", `<a xmlns='n' b=''/>`, `{n}a[xmlns:xmlns=n b=]()`},
	{"a default namespace undone", `<a xmlns='n'><b xmlns=''/><c/></a>`, `{n}a[xmlns:xmlns=n](b[xmlns:xmlns=]() {n}c())`},
	{"a prefix", `<p:a xmlns:p='n'/>`, `{n}a[xmlns:p=n]()`},
	{"a prefix on an attribute, declared behind it", `<a p:b='1' xmlns:p='n'/>`, `a[{n}b=1 xmlns:p=n]()`},
	{"a prefix redeclared inside", `<p:a xmlns:p='n'><p:b xmlns:p='m'/><p:c/></p:a>`, `{n}a[xmlns:p=n]({m}b[xmlns:p=m]() {n}c())`},
	{"the same local name with and without a prefix", `<a xmlns:p='n' b='1' p:b='2'/>`, `a[xmlns:p=n b=1 {n}b=2]()`},
	{"prefixes of different namespaces", `<a xmlns:p='n' xmlns:q='m' p:b='' q:b=''/>`, `a[xmlns:p=n xmlns:q=m {n}b= {m}b=]()`},
	{"a prefix of the default namespace", `<a xmlns='n' xmlns:p='n' b='1' p:b='2'/>`, `{n}a[xmlns:xmlns=n xmlns:p=n b=1 {n}b=2]()`},
	{"the xml prefix, undeclared", `<a xml:lang='en'/>`, `a[xml:lang=en]()`},
	{"the xml prefix, declared as what it is", `<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='en'/>`, `a[xmlns:xml=http://www.w3.org/XML/1998/namespace xml:lang=en]()`},
	{"an element in the xml namespace", `<xml:a/>`, `xml:a()`},
	{"a namespace with a reference in it", `<a xmlns='n&amp;m'/>`, `{n&m}a[xmlns:xmlns=n&m]()`},
	{"namespaces compare after decoding", `<a xmlns:p='n' xmlns:q='&#110;'><p:b/><q:b/></a>`, `a[xmlns:p=n xmlns:q=n]({n}b() {n}b())`},
	{"a prefix of many bytes", `<ä:b xmlns:ä='n'></ä:b>`, `{n}b[xmlns:ä=n]()`},
	{"a prefix that begins with xml", `<xmlp:a xmlns:xmlp='n'/>`, `{n}a[xmlns:xmlp=n]()`},
	{"an attribute of the local name xmlns, with a prefix", `<a xmlns:p='n' p:xmlns='1'/>`, `a[xmlns:p=n {n}xmlns=1]()`},
	{"a stream header and a stanza", streamHeader + `<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq></stream:stream>`,
		`? {http://etherx.jabber.org/streams}stream[xmlns:xmlns=jabber:client xmlns:stream=http://etherx.jabber.org/streams from=localhost id=d4f2 version=1.0 xml:lang=en](` +
			`{jabber:client}iq[type=get id=1]({urn:xmpp:ping}ping[xmlns:xmlns=urn:xmpp:ping]()))`},
}

func TestWellFormedDocumentsAreAcceptedHoweverTheyAreCut(t *testing.T) {
	for _, row := range wellFormed {
		t.Run(row.name, func(t *testing.T) {
			got := readAllWays(t, Limits{}, Scope{}, row.doc)
			if got.Close != nil {
				t.Fatalf("%q is refused: %v", row.doc, got.Close)
			}
			if s := got.String(); s != row.want {
				t.Errorf("%q is read as\n%s, want\n%s", row.doc, s, row.want)
			}
			var raw string
			for _, token := range got.Tokens {
				raw += token.Raw
			}
			if raw != row.doc {
				t.Errorf("the tokens' bytes are %q, want all of %q", raw, row.doc)
			}
		})
	}
}
