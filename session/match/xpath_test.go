package match

import "testing"

func mustXPath(t testing.TB, text string) *Expr {
	t.Helper()
	x, err := XPath(text)
	if err != nil {
		t.Fatalf("%s is refused: %v", text, err)
	}
	return x
}

func TestXPath(t *testing.T) {
	const letters = `<iq type='get' id='1' xml:lang='de'><l xmlns='u'><i a='1'>x</i><i a='2'>y<b>z</b></i><i a='2'/><j/></l></iq>`
	for _, c := range []struct {
		name, path string
		want       bool
	}{
		{"steps", `/iq/l/i`, true},
		{"the first slash may be left out", `iq/l/i`, true},
		{"a step is one level", `/iq/i`, false},
		{"another root", `/message`, false},
		{"a star", `/*/*/j`, true},
		{"a star needs an element", `/iq/l/j/*`, false},
		{"two slashes", `/iq//b`, true},
		{"two slashes first", `//b`, true},
		{"two slashes first mean the root too", `//iq`, true},
		{"two slashes twice", `//l//b`, true},
		{"a namespace", `/{jabber:client}iq/{u}l`, true},
		{"another namespace", `/iq/{v}l`, false},
		{"a star in a namespace", `/iq/{u}*`, true},
		{"an attribute", `/iq/l/i[@a]`, true},
		{"an attribute that is not there", `/iq/l/j[@a]`, false},
		{"an attribute's value", `/iq[@type='get']/l/i[@a='2']`, true},
		{"another value", `/iq[@type='set']`, false},
		{"an attribute with a prefix", `/iq[@xml:lang='de']`, true},
		{"an attribute that differs", `/iq/l/i[@a!='1']`, true},
		{"!= needs the attribute", `/iq/l/j[@a!='1']`, false},
		{"the first", `/iq/l/i[1][@a='1']`, true},
		{"the second", `/iq/l/i[2][@a='1']`, false},
		{"the third", `/iq/l/i[3]`, true},
		{"the fourth", `/iq/l/i[4]`, false},
		{"a number counts elements of the name", `/iq/l/j[1]`, true},
		{"a number counts what predicates before it leave", `/iq/l/i[@a='2'][1]/b`, true},
		{"a number, then predicates", `/iq/l/i[1][@a='2']`, false},
		{"the last", `/iq/l/i[last()][@a='2']`, true},
		{"the last has no child", `/iq/l/i[last()]/b`, false},
		{"the last of the first ones", `/iq/l/i[1][last()][.='x']`, true},
		{"a number at any depth counts siblings", `//i[2]/b`, true},
		{"the first iq", `/iq[1]/l`, true},
		{"the second iq", `/iq[2]`, false},
		{"text", `/iq/l/i[.='x']`, true},
		{"text with that of children", `/iq/l/i[.='yz']`, true},
		{"a part of the text", `/iq/l/i[.='y']`, false},
		{"no text", `/iq/l/j[.='']`, true},
		{"a child", `/iq/l/i[b]`, true},
		{"a child in a namespace", `/iq/l/i[{v}b]`, false},
		{"any child", `/iq/l/j[*]`, false},
		{"white space in brackets", ` /iq/l/i[ @a = '2' ][ b ] `, true},
		{"double quotes", `/iq/l/i[@a="2"]`, true},
	} {
		t.Run("row 50: "+c.name, func(t *testing.T) {
			x := mustXPath(t, c.path)
			s := subjectOf(t, letters)
			if x.Match(s) != c.want || x.Why(s).OK != c.want {
				t.Errorf("%s: %v, want %v", c.path, x.Match(s), c.want)
			}
			if again := mustXPath(t, x.String()); again.String() != x.String() || again.Match(s) != c.want {
				t.Errorf("%s is read again as %s", x, again)
			}
		})
	}
}

func TestAllKindsOfMatcherCombine(t *testing.T) {
	path, xpath, mask := compile(t, `custom_xep`), mustXPath(t, `//mood`), mustMask(t, `<iq type='set'/>`)
	for _, c := range []struct {
		x        *Expr
		get, set bool
		text     string
	}{
		{And(xpath, Not(mask), path), true, false, `xpath("//mood") and not mask("<iq type='set'/>") and custom_xep`},
		{Or(xpath, mask), true, true, `xpath("//mood") or mask("<iq type='set'/>")`},
		{Not(Or(xpath, mask)), false, false, `not (xpath("//mood") or mask("<iq type='set'/>"))`},
		{And(Or(Not(xpath), mask), path), false, true, `(not xpath("//mood") or mask("<iq type='set'/>")) and custom_xep`},
	} {
		t.Run("row 52: "+c.text, func(t *testing.T) {
			if c.x.Match(subjectOf(t, customGet)) != c.get || c.x.Match(subjectOf(t, customSet)) != c.set {
				t.Errorf("it does not fit what it says")
			}
			if c.x.String() != c.text {
				t.Errorf("it describes itself as %s", c.x)
			}
			again := compile(t, c.text)
			if again.Match(subjectOf(t, customGet)) != c.get || again.Match(subjectOf(t, customSet)) != c.set || again.String() != c.text {
				t.Errorf("its text is read as %s", again)
			}
		})
	}
}
