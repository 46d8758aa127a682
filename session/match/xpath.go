package match

import (
	"fmt"
	"strconv"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// XPath compiles a part of XPath 1.0: steps, *, //, [@a], [@a='v'], [@a!='v'],
// [n], [last()], [.='text'] and [child]. Namespaces stand in braces,
// {ns}name; a name without one means that local name in any namespace, since a
// stream always has a default one. The first step is the top-level element. The
// error is a *SyntaxError.
//
// As in XPath, [@a!='v'] needs the attribute, a number counts the siblings that
// the name and the predicates before it leave, and [.='text'] compares all the
// text in the element, that of its children included.
//
// It also reads xpath("…"), which is what String prints, and a term of the path language.
func XPath(text string) (*Expr, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	if x, ok, err := alone("xpath", text); ok {
		return x, err
	}
	n, err := compileXPath(text)
	if err != nil {
		return nil, err
	}
	return &Expr{n}, nil
}

func compileXPath(text string) (node, error) {
	x := &xpathParser{cursor{text: text}}
	return x.path()
}

type xpathParser struct{ cursor }

func (x *xpathParser) path() (node, error) {
	out := &path{xpath: true}
	x.skipSpace()
	from := x.pos
	anywhere := x.take("//")
	if !anywhere {
		x.take("/")
	}
	for {
		if len(out.steps) == MaxSteps {
			return nil, x.fail(fmt.Sprintf("the path has more than %d steps", MaxSteps), "")
		}
		s, err := x.step(anywhere)
		if err != nil {
			return nil, err
		}
		out.steps = append(out.steps, s)
		out.at = x.since(from)
		switch {
		case x.take("//"):
			anywhere = true
		case x.take("/"):
			anywhere = false
		default:
			x.skipSpace()
			if !x.ended() {
				return nil, x.fail("/, // or [ is expected here", "")
			}
			out.prepare()
			return out, nil
		}
	}
}

func (x *xpathParser) step(anywhere bool) (step, error) {
	from := x.pos
	s := step{anywhere: anywhere}
	var err error
	if s.test, err = x.nameTest(true); err != nil {
		return s, err
	}
	for x.has("[") {
		pred, err := x.predicate()
		if err != nil {
			return s, err
		}
		s.preds = append(s.preds, pred)
	}
	s.at = x.since(from)
	return s, nil
}

func (x *xpathParser) nameTest(star bool) (nameTest, error) {
	ns, spaced, err := x.space()
	if err != nil {
		return nameTest{}, err
	}
	local := "*"
	if !star || !x.take("*") {
		local = x.name()
	}
	switch {
	case local == "" && (x.has("@") || x.has(".")):
		return nameTest{}, x.fail("a step is an element here", "attributes and text stand in brackets: [@a], [.='text']")
	case local == "":
		return nameTest{}, x.fail("a name is expected here", "")
	case x.has("::") || x.has("("):
		return nameTest{}, x.fail("axes and functions are not in this part of XPath", "there are *, //, [@a], [@a='v'], [@a!='v'], [n], [last()], [.='text'] and [child]")
	case x.has(":"):
		return nameTest{}, x.fail("a prefix says nothing here", "write {namespace}name")
	case spaced:
		return spacedName(ns, local), nil
	case local == "*":
		return anyName(), nil
	}
	return bareName(local), nil
}

func (x *xpathParser) predicate() (predicate, error) {
	from := x.pos
	x.take("[")
	x.skipSpace()
	pred, err := x.content()
	if err != nil {
		return nil, err
	}
	x.skipSpace()
	if !x.take("]") {
		return nil, x.fail("] is expected here", "[child='text'], [@a and @b] and the like are not in this part of XPath")
	}
	switch pred := pred.(type) {
	case *attribute:
		pred.at = x.since(from)
	case *position:
		pred.at = x.since(from)
	case *ownText:
		pred.at = x.since(from)
	case *hasChild:
		pred.at = x.since(from)
	}
	return pred, nil
}

func (x *xpathParser) content() (predicate, error) {
	switch {
	case x.take("@"):
		return x.attribute()
	case x.take("."):
		x.skipSpace()
		if !x.take("=") {
			return nil, x.fail("= is expected behind the dot", "write [.='text']")
		}
		text, err := x.literal()
		return &ownText{text: text}, err
	case x.take("last()"):
		return &position{}, nil
	}
	if digits := len(x.rest()) - len(strings.TrimLeft(x.rest(), "0123456789")); digits > 0 {
		n, err := strconv.Atoi(x.rest()[:digits])
		if err != nil || n < 1 {
			return nil, x.fail("no element has this number", "the first is [1]")
		}
		x.pos += digits
		return &position{n: n}, nil
	}
	test, err := x.nameTest(true)
	return &hasChild{test: test}, err
}

func (x *xpathParser) attribute() (predicate, error) {
	ns, _, err := x.space()
	if err != nil {
		return nil, err
	}
	a := &attribute{name: stanza.Name{Space: ns, Local: x.name()}}
	if a.name.Local == "xml" && ns == "" && x.take(":lang") {
		a.name = attrName("xml:lang")
	}
	if a.name.Local == "" {
		return nil, x.fail("the name of an attribute is expected behind @", "")
	}
	if x.has(":") {
		return nil, x.fail("a prefix says nothing here", "write @{namespace}name")
	}
	x.skipSpace()
	switch {
	case x.take("!="):
		a.op = differs
	case x.take("="):
		a.op = equals
	default:
		return a, nil
	}
	a.value, err = x.literal()
	return a, err
}

func (x *xpathParser) literal() (string, error) {
	x.skipSpace()
	if !x.has("'") && !x.has(`"`) {
		return "", x.fail("a value in quotes is expected here", "such as 'v'")
	}
	return x.quoted()
}
