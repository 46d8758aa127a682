package xmlscan

import (
	"strings"
	"testing"
)

// A malformed document ends with the byte that makes the error certain; the
// mark shows where the error is reported.
const caret = "‸"

var malformed = []struct {
	name, doc string
	rule      Rule
}{
	// Outside the root element.
	{"text before the root", `‸x`, RuleTextOutside},
	{"a reference before the root", `‸&`, RuleTextOutside},
	{"text behind the root", `<a/> ‸x`, RuleTextOutside},
	{"a word of many bytes behind the root", `<a/>‸ä`, RuleTextOutside},
	{"a second root", `<a/>‸<b`, RuleSecondRoot},
	{"a second root behind white space", "<a></a>\n‸<a", RuleSecondRoot},
	{"a CDATA section before the root", `‸<![`, RuleTextOutside},
	{"a CDATA section behind the root", `<a/>‸<![`, RuleTextOutside},
	{"an end tag before the root", `‸</`, RuleMismatchedTag},
	{"an end tag behind the root", `<a/>‸</`, RuleMismatchedTag},
	{"a control character before the root", "‸\x00", RuleCharacter},
	{"a byte order mark", "‸\ufeff", RuleByteOrderMark},
	{"a byte order mark behind white space", " ‸\ufeff", RuleTextOutside},
	{"a byte order mark of UTF-16, big end first", "‸\xfe", RuleUTF8},
	{"a byte order mark of UTF-16, little end first", "‸\xff", RuleUTF8},
	{"UTF-16 without a mark", "<‸\x00", RuleName},

	// Tags and names.
	{"white space before a name", `<‸ `, RuleName},
	{"no name", `<‸>`, RuleName},
	{"a tag that opens twice", `<‸<`, RuleName},
	{"a name that begins with a digit", `<‸1`, RuleName},
	{"a name that begins with a dot", `<‸.`, RuleName},
	{"a name that begins with a hyphen", `<‸-`, RuleName},
	{"a name that begins with a combining character", "<‸\u0300", RuleName},
	{"a name that begins with a middle dot", "<‸\u00B7", RuleName},
	{"a name that begins with a multiplication sign", "<‸\u00D7", RuleName},
	{"a name with a Greek question mark", "<a‸\u037E", RuleName},
	{"a name with an arrow", "<a‸\u2190", RuleName},
	{"a name with an ideographic space", "<a‸\u3000", RuleName},
	{"a name with a private character", "<a‸\uE000", RuleName},
	{"a name with a character of a private plane", "<a‸\U000F0000", RuleName},
	{"a name with U+FFFE", "<a‸\ufffe", RuleCharacter},
	{"a name with an ampersand", `<a‸&`, RuleName},
	{"a name with a quote", `<a‸'`, RuleName},
	{"a name with an at sign", `<a‸@`, RuleName},
	{"an equals sign behind an element's name", `<a‸=`, RuleName},
	{"a control character in a name", "<a‸\x01", RuleName},
	{"a tag in a tag", `<a ‸<`, RuleName},
	{"white space between slash and end", `<a/‸ `, RuleTag},
	{"two slashes", `<a/‸/`, RuleTag},
	{"an attribute behind a slash", `<a /‸b`, RuleTag},

	// End tags.
	{"an end tag of another element", `<a></‸b`, RuleMismatchedTag},
	{"an end tag in another case", `<a></‸A`, RuleMismatchedTag},
	{"end tags in the wrong order", `<a><b></‸a`, RuleMismatchedTag},
	{"an end tag cut short", `<ab></a‸>`, RuleMismatchedTag},
	{"an end tag too long", `<a></a‸b`, RuleMismatchedTag},
	{"an end tag too long by a character of many bytes", "<a></a‸\xc3", RuleMismatchedTag},
	{"an end tag too long by a colon", `<a></a‸:`, RuleMismatchedTag},
	{"an end tag that differs in the last byte of a character", "<aä></a‸ö", RuleMismatchedTag},
	{"an end tag with another prefix of the same namespace", `<p:a xmlns:p='n' xmlns:q='n'></‸q`, RuleMismatchedTag},
	{"an end tag without its prefix", `<p:a xmlns:p='n'></‸a`, RuleMismatchedTag},
	{"an end tag with no name", `<a></‸>`, RuleMismatchedTag},
	{"white space before an end tag's name", `<a></‸ `, RuleMismatchedTag},
	{"an attribute in an end tag", `<a></a ‸b`, RuleTag},
	{"a slash in an end tag", `<a></a‸/`, RuleTag},
	{"an end tag after an empty element of its name", `<a><b/></‸b`, RuleMismatchedTag},
	{"the stream's end tag inside a stanza", `<s:s xmlns:s='n'><iq></‸s`, RuleMismatchedTag},

	// Attributes.
	{"an attribute without a value", `<a b‸>`, RuleMissingValue},
	{"a value in marks that are no quotes", `<a b=‸&`, RuleMissingValue},
	{"an attribute without a value, before another", `<a b ‸c`, RuleMissingValue},
	{"an attribute without a value, before a slash", `<a b‸/`, RuleMissingValue},
	{"a value without quotes", `<a b=‸c`, RuleMissingValue},
	{"no value behind the equals sign", `<a b=‸>`, RuleMissingValue},
	{"two equals signs", `<a b=‸=`, RuleMissingValue},
	{"a value in backquotes", "<a b=‸`", RuleMissingValue},
	{"a less-than sign in a value", `<a b='‸<`, RuleLessInValue},
	{"no white space between attributes", `<a b='c'‸d`, RuleMissingSpace},
	{"a quote behind a value", `<a b='c'‸'`, RuleMissingSpace},
	{"no name before the equals sign", `<a ‸=`, RuleName},
	{"a value alone", `<a ‸'`, RuleName},
	{"an attribute's name that begins with a digit", `<a ‸1`, RuleName},
	{"an attribute's name that begins with a digit behind a colon", `<a b:‸1`, RuleName},
	{"the same attribute twice", `<a b='' ‸b=`, RuleDuplicateAttribute},
	{"the same attribute twice, apart", `<a b='' c='' ‸b `, RuleDuplicateAttribute},
	{"the same attribute twice among many", `<a b0='' b1='' b2='' b3='' b4='' b5='' b6='' b7='' b8='' b9='' ‸b3=`, RuleDuplicateAttribute},
	{"the ninth attribute is the first again", `<a b0='' b1='' b2='' b3='' b4='' b5='' b6='' b7='' ‸b0=`, RuleDuplicateAttribute},
	{"the tenth attribute is the ninth again", `<a b0='' b1='' b2='' b3='' b4='' b5='' b6='' b7='' b8='' ‸b8=`, RuleDuplicateAttribute},
	{"a control character in a value", "<a b='‸\x1f", RuleCharacter},
	{"U+FFFF in a value", "<a b='‸\uffff", RuleCharacter},

	// Text and characters.
	{"the end of a CDATA section in text", `<a>‸]]>`, RuleCDATAEnd},
	{"more brackets than the end of a CDATA section", `<a>x]]]‸]]>`, RuleCDATAEnd},
	{"NUL", "<a>‸\x00", RuleCharacter},
	{"backspace", "<a>x‸\b", RuleCharacter},
	{"vertical tab", "<a>‸\v", RuleCharacter},
	{"form feed", "<a>‸\f", RuleCharacter},
	{"escape", "<a>‸\x1b", RuleCharacter},
	{"a unit separator", "<a>‸\x1f", RuleCharacter},
	{"U+FFFE", "<a>‸\ufffe", RuleCharacter},
	{"U+FFFF", "<a>‸\uffff", RuleCharacter},
	{"a control character in a CDATA section", "<a><![CDATA[‸\x01", RuleCharacter},
	{"U+FFFE in a CDATA section", "<a><![CDATA[x‸\ufffe", RuleCharacter},
	{"a control character on a later line", "<a>\n\n xä€‸\x01", RuleCharacter},

	// UTF-8.
	{"a byte that continues nothing", "<a>x‸\x80", RuleUTF8},
	{"a byte that continues nothing, behind a character", "<a>ä‸\x80", RuleUTF8},
	{"a character cut short by text", "<a>‸\xc3x", RuleUTF8},
	{"a character cut short by markup", "<a>‸\xe2\x82<", RuleUTF8},
	{"a character cut short by another", "<a>‸\xe2\x82\xe2", RuleUTF8},
	{"an overlong slash of two bytes", "<a>‸\xc0", RuleUTF8},
	{"an overlong letter of two bytes", "<a>‸\xc1", RuleUTF8},
	{"an overlong character of three bytes", "<a>‸\xe0\x9f", RuleUTF8},
	{"an overlong character of four bytes", "<a>‸\xf0\x8f", RuleUTF8},
	{"the first surrogate", "<a>‸\xed\xa0", RuleUTF8},
	{"the last surrogate", "<a>‸\xed\xbf", RuleUTF8},
	{"a character beyond U+10FFFF", "<a>‸\xf4\x90", RuleUTF8},
	{"a byte that begins what is far beyond", "<a>‸\xf5", RuleUTF8},
	{"a character of five bytes", "<a>‸\xf8", RuleUTF8},
	{"a character of six bytes", "<a>‸\xfc", RuleUTF8},
	{"Latin-1", "<a>caf‸\xe9<", RuleUTF8},
	{"a bad byte in an element's name", "<a‸\xff", RuleUTF8},
	{"a bad byte in an attribute's name", "<a b‸\xff", RuleUTF8},
	{"a bad byte in a value", "<a b='‸\xff", RuleUTF8},
	{"an overlong quote in a value", "<a b='‸\xc0", RuleUTF8},
	{"a bad byte in a CDATA section", "<a><![CDATA[‸\xff", RuleUTF8},
	{"a surrogate in a CDATA section", "<a><![CDATA[‸\xed\xa0", RuleUTF8},

	// References.
	{"an ampersand alone", `<a>‸& `, RuleReference},
	{"an ampersand before an end tag", `<a>x‸&<`, RuleReference},
	{"an empty reference", `<a>‸&;`, RuleReference},
	{"an entity without a semicolon", `<a>‸&amp `, RuleReference},
	{"an entity cut by markup", `<a>‸&lt<`, RuleReference},
	{"an entity of another name", `<a>‸&n`, RuleEntity},
	{"an entity of HTML that begins like ours", `<a>‸&ab`, RuleEntity},
	{"an entity whose name goes on", `<a>‸&ampx`, RuleEntity},
	{"an entity whose name is cut", `<a>‸&am;`, RuleEntity},
	{"an entity in capitals", `<a>‸&A`, RuleEntity},
	{"an entity with a name of many bytes", "<a>‸&\xc3", RuleEntity},
	{"an entity in a value", `<a b='‸&n`, RuleEntity},
	{"an ampersand alone in a value", `<a b='x‸&'`, RuleReference},
	{"a parameter entity's sign", `<a>‸&%`, RuleReference},
	{"no digits", `<a>‸&#;`, RuleReference},
	{"no hexadecimal digits", `<a>‸&#x;`, RuleReference},
	{"a hexadecimal mark in capitals", `<a>‸&#X`, RuleReference},
	{"hexadecimal digits in a decimal reference", `<a>‸&#1a`, RuleReference},
	{"a letter in a hexadecimal reference", `<a>‸&#xg`, RuleReference},
	{"white space in a character reference", `<a>‸&# `, RuleReference},
	{"a sign in a character reference", `<a>‸&#-`, RuleReference},
	{"a character reference without a semicolon", `<a>‸&#65<`, RuleReference},
	{"a reference to NUL", `<a>‸&#0;`, RuleCharacterReference},
	{"a reference to NUL with many zeros", `<a>‸&#x0000000000000;`, RuleCharacterReference},
	{"a reference to a control character", `<a>‸&#27;`, RuleCharacterReference},
	{"a reference to U+0001 in a value", `<a b='‸&#1;`, RuleCharacterReference},
	{"a reference to the first surrogate", `<a>‸&#xD800;`, RuleCharacterReference},
	{"a reference to the last surrogate", `<a>‸&#57343;`, RuleCharacterReference},
	{"a reference to U+FFFE", `<a>‸&#xFFFE;`, RuleCharacterReference},
	{"a reference to U+FFFF", `<a>‸&#65535;`, RuleCharacterReference},
	{"a reference beyond U+10FFFF", `<a>‸&#x110000`, RuleCharacterReference},
	{"a decimal reference beyond U+10FFFF", `<a>‸&#1114112`, RuleCharacterReference},
	{"a reference far beyond U+10FFFF", `<a>‸&#9999999`, RuleCharacterReference},

	// Markup that XMPP forbids, or that nobody knows.
	{"a comment", `<a>‸<!-`, RuleComment},
	{"a comment before the root", `‸<!-`, RuleComment},
	{"a comment behind the root", `<a/>‸<!-`, RuleComment},
	{"a document type declaration", `‸<!D`, RuleDoctype},
	{"a document type declaration behind the XML declaration", "<?xml version='1.0'?>\n‸<!D", RuleDoctype},
	{"a document type declaration in an element", `<a>‸<!D`, RuleDoctype},
	{"a document type declaration in small letters", `‸<!d`, RuleMarkup},
	{"an entity declaration", `<a>‸<!E`, RuleMarkup},
	{"an exclamation mark alone", `<a>‸<!>`, RuleMarkup},
	{"a conditional section", `<a><![‸I`, RuleMarkup},
	{"a CDATA section in small letters", `<a><![‸c`, RuleMarkup},
	{"a CDATA section without its bracket", `<a><![CDATA‸ `, RuleMarkup},
	{"a processing instruction", `<a>‸<?`, RuleInstruction},
	{"a processing instruction before the root", "\n‸<?", RuleInstruction},
	{"a processing instruction as the first thing", `‸<?p`, RuleInstruction},
	{"a style sheet as the first thing", `‸<?xml-`, RuleInstruction},
	{"a processing instruction named in capitals", `‸<?X`, RuleInstruction},

	// The XML declaration.
	{"a declaration behind white space", " ‸<?", RuleInstruction},
	{"a declaration behind the root", "<a/>‸<?", RuleInstruction},
	{"a second declaration", `<?xml version='1.0'?>‸<?`, RuleInstruction},
	{"a declaration in an element", `<a>‸<?`, RuleInstruction},
	{"an empty declaration", `<?xml‸?`, RuleDeclaration},
	{"an empty declaration with white space", `<?xml ‸?`, RuleDeclaration},
	{"a declaration without a version", `<?xml ‸e`, RuleDeclaration},
	{"a declaration that begins with standalone", `<?xml ‸s`, RuleDeclaration},
	{"a word that is cut", `<?xml versio‸=`, RuleDeclaration},
	{"a word that goes on", `<?xml version‸s`, RuleDeclaration},
	{"a word without a value", `<?xml version ‸'`, RuleDeclaration},
	{"a word in capitals", `<?xml ‸V`, RuleDeclaration},
	{"version 1.1", `<?xml version='‸1.1`, RuleVersion},
	{"version 2.0", `<?xml version='‸2`, RuleVersion},
	{"version 1.00", `<?xml version='‸1.00`, RuleVersion},
	{"an empty version", `<?xml version='‸'`, RuleVersion},
	{"a version without quotes", `<?xml version=‸1`, RuleDeclaration},
	{"a version that is closed by the other quote", `<?xml version='‸1.0"`, RuleVersion},
	{"no white space before the encoding", `<?xml version='1.0'‸e`, RuleDeclaration},
	{"another encoding", `<?xml version='1.0' encoding='‸I`, RuleEncoding},
	{"UTF-16", `<?xml version='1.0' encoding='‸UTF-1`, RuleEncoding},
	{"an encoding without its hyphen", `<?xml version='1.0' encoding="‸utf8`, RuleEncoding},
	{"an empty encoding", `<?xml version='1.0' encoding='‸'`, RuleEncoding},
	{"an encoding twice", `<?xml version='1.0' encoding='UTF-8' ‸e`, RuleDeclaration},
	{"a version twice", `<?xml version='1.0' ‸v`, RuleDeclaration},
	{"standalone before the encoding", `<?xml version='1.0' standalone='yes' ‸e`, RuleDeclaration},
	{"standalone in capitals", `<?xml version='1.0' standalone='‸Y`, RuleDeclaration},
	{"standalone neither yes nor no", `<?xml version='1.0' standalone='‸t`, RuleDeclaration},
	{"standalone cut", `<?xml version='1.0' standalone='‸ye'`, RuleDeclaration},
	{"something unknown in a declaration", `<?xml version='1.0' ‸x`, RuleDeclaration},
	{"a declaration closed like a tag", `<?xml version='1.0'‸>`, RuleDeclaration},
	{"a declaration with a slash", `<?xml version='1.0' ‸/`, RuleDeclaration},
	{"white space inside the declaration's end", `<?xml version='1.0'?‸ `, RuleDeclaration},

	// Namespaces.
	{"an element's prefix is not declared", `<‸p:a>`, RuleUnboundPrefix},
	{"an attribute's prefix is not declared", `<a ‸p:b=''>`, RuleUnboundPrefix},
	{"an element's and an attribute's prefix are not declared", `<‸p:a q:b=''/>`, RuleUnboundPrefix},
	{"a prefix is declared for the sibling only", `<a><p:b xmlns:p='n'/><‸p:c/>`, RuleUnboundPrefix},
	{"a prefix is declared for the child only", `<‸p:a>`, RuleUnboundPrefix},
	{"prefixes are told apart by case", `<‸P:a xmlns:p='n'>`, RuleUnboundPrefix},
	{"a name that begins with a colon", `<‸:`, RuleName},
	{"a name that ends with a colon", `<a:‸>`, RuleName},
	{"a name that ends with a colon before white space", `<a:‸ `, RuleName},
	{"a name with two colons", `<a:b‸:`, RuleName},
	{"a name with two colons in a row", `<a:‸:`, RuleName},
	{"a local part that begins with a digit", `<a:‸1`, RuleName},
	{"a local part that begins with a combining character", "<a:‸\u0300", RuleName},
	{"an attribute's name that begins with a colon", `<a ‸:`, RuleName},
	{"an attribute's name that ends with a colon", `<a b:‸=`, RuleName},
	{"an attribute's name with two colons", `<a b:c‸:`, RuleName},
	{"a declaration of no prefix", `<a xmlns:‸=`, RuleName},
	{"a prefix declared empty", `<a ‸xmlns:p=''`, RuleEmptyPrefix},
	{"a prefix undone", `<a xmlns:p='n'><b ‸xmlns:p=""`, RuleEmptyPrefix},
	{"the prefix xml bound elsewhere", `<a ‸xmlns:xml='n'`, RuleReservedPrefix},
	{"the prefix xml declared empty", `<a ‸xmlns:xml=''`, RuleReservedPrefix},
	{"the prefix xmlns declared", `<a ‸xmlns:xmlns=`, RuleReservedPrefix},
	{"an element with the prefix xmlns", `<‸xmlns:a `, RuleReservedPrefix},
	{"another prefix for the xml namespace", `<a ‸xmlns:p='http://www.w3.org/XML/1998/namespace'`, RuleReservedNamespace},
	{"another prefix for the xmlns namespace", `<a ‸xmlns:p='http://www.w3.org/2000/xmlns/'`, RuleReservedNamespace},
	{"the xml namespace as default", `<a ‸xmlns='http://www.w3.org/XML/1998/namespace'`, RuleReservedNamespace},
	{"the xmlns namespace as default", `<a ‸xmlns='http://www.w3.org/2000/xmlns/'`, RuleReservedNamespace},
	{"the xml namespace, disguised by a reference", `<a ‸xmlns:p='http://www.w3.org/XML/1998/n&#97;mespace'`, RuleReservedNamespace},
	{"a default namespace twice", `<a xmlns='n' ‸xmlns=`, RuleDuplicateAttribute},
	{"a prefix declared twice", `<a xmlns:p='n' ‸xmlns:p=`, RuleDuplicateAttribute},
	{"the same attribute by two prefixes", `<a xmlns:p='n' xmlns:q='n' p:b='' ‸q:b=''>`, RuleDuplicateAttribute},
	{"the same attribute by two prefixes, declared behind", `<a p:b='' ‸q:b='' xmlns:p='n' xmlns:q='&#110;'/>`, RuleDuplicateAttribute},
	{"the same attribute by two prefixes of different elements", `<a xmlns:p='n'><b xmlns:q='n' q:c='' d='' ‸p:c=''>`, RuleDuplicateAttribute},
}

// Faults 13 and 14: refused at the same byte for every chunking.
func TestMalformedDocumentsAreRefusedAtTheSameByteHoweverTheyAreCut(t *testing.T) {
	for _, row := range malformed {
		t.Run(row.name, func(t *testing.T) {
			before, after, marked := strings.Cut(row.doc, caret)
			if !marked {
				t.Fatalf("the row has no mark")
			}
			doc := before + after
			got := readAllWays(t, Limits{}, Scope{}, doc)
			if got.Err == nil {
				t.Fatalf("%q is not refused, want %s", doc, row.rule)
			}
			if got.Err.Rule != row.rule || got.Err.Offset != int64(len(before)) {
				t.Errorf("%q is refused for %s at %d (%v), want %s at %d", doc, got.Err.Rule, got.Err.Offset, got.Err, row.rule, len(before))
			}
			if got.Err.Condition != row.rule.Condition() {
				t.Errorf("the condition is %s, want %s", got.Err.Condition, row.rule.Condition())
			}
			lines := strings.Split(before, "\n")
			line, column := len(lines), len([]rune(lines[len(lines)-1]))+1
			if got.Err.Line != line || got.Err.Column != column {
				t.Errorf("%q is refused at %d:%d, want %d:%d", doc, got.Err.Line, got.Err.Column, line, column)
			}
			// What follows changes nothing.
			for _, rest := range []string{">", "\n", "</a>", "'>", `"/>`, "'c'>", "='c'/>", "c&>", " c='d'>", strings.Repeat("x", 20)} {
				longer := readAllWays(t, Limits{}, Scope{}, doc+rest)
				if longer.Err == nil || *longer.Err != *got.Err {
					t.Errorf("with %q behind it, %q is refused for %v, want %v", rest, doc, longer.Err, got.Err)
				}
			}
		})
	}
}

func TestAnErrorIsReportedWithItsByteAndNotBefore(t *testing.T) {
	for _, row := range malformed {
		t.Run(row.name, func(t *testing.T) {
			doc := strings.Replace(row.doc, caret, "", 1)
			if early := read(t, New(Limits{}, Scope{}), false, []byte(doc[:len(doc)-1])); early.Err != nil {
				t.Errorf("%q is refused already: %v", doc[:len(doc)-1], early.Err)
			}
		})
	}
}

func TestAnInputThatEndsTooEarlyIsRefusedByClose(t *testing.T) {
	for _, row := range []struct{ name, doc, detail string }{
		{"nothing", ``, "before the root"},
		{"white space", " \n", "before the root"},
		{"a declaration", `<?xml version='1.0'?>`, "before the root"},
		{"a cut declaration", `<?xml versi`, "inside a tag"},
		{"a cut tag", `<a`, "inside a tag"},
		{"a cut value", `<a b='c`, "inside a tag"},
		{"an open element", `<a>`, `inside the element "a"`},
		{"an open child", `<a><b/><c>`, `inside the element "c"`},
		{"text", `<a>text`, `inside the element "a"`},
		{"a cut end tag", `<a></a`, `inside the element "a"`},
		{"a cut reference", `<a>&am`, `inside the element "a"`},
		{"a cut CDATA section", `<a><![CDATA[x]]`, `inside the element "a"`},
		{"a cut character", "<a>\xc3", `inside the element "a"`},
		{"a tag that begins behind the root", `<a/><`, "inside a tag"},
		{"a cut character behind the root", "<a/>\xc3", "inside a tag"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := readAllWays(t, Limits{}, Scope{}, row.doc)
			if got.Err != nil {
				t.Fatalf("%q is refused before its end: %v", row.doc, got.Err)
			}
			if got.Close == nil || got.Close.Rule != RuleUnexpectedEnd || got.Close.Offset != int64(len(row.doc)) {
				t.Fatalf("Close of %q says %v, want %s at %d", row.doc, got.Close, RuleUnexpectedEnd, len(row.doc))
			}
			if !strings.Contains(got.Close.Detail, row.detail) {
				t.Errorf("Close of %q says %q, which lacks %q", row.doc, got.Close.Detail, row.detail)
			}
		})
	}
}
