package iqbuilder

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/stanza"
)

// failure is what an <error/> was seen to hold.
type failure struct {
	node         *stanza.Node
	condition    string // the first defined one
	conditions   int
	applications int
	texts        int
	misplaced    bool // a condition stands in the wrong namespace
}

// checkFailure holds the content of an <error/> against RFC 6120 §8.3. It may be
// sent as it is: servers hand it on.
func (c *checker) checkFailure(n *stanza.Node) {
	f := failure{node: n}
	for _, child := range n.Children {
		switch {
		case !child.IsElement():
			c.checkFailureWords(&f, child)
		case child.Name == stanza.Name{Space: stanza.NSStanzas, Local: "text"}:
			c.checkFailureText(&f, child)
		case child.Name.Space == stanza.NSStanzas:
			c.checkCondition(&f, child)
		default:
			c.checkApplication(&f, child)
		}
	}
	if f.conditions == 0 && !f.misplaced {
		pos, end := tagName(n)
		c.add(RuleConditionMissing, Warning, pos, end,
			c.within(n, "add <undefined-condition/>", conditionXML("undefined-condition", "")),
			"an <error/> needs one of the defined conditions, such as <item-not-found/>")
	}
	c.checkFailureType(&f)
	if f.condition == "undefined-condition" && f.applications == 0 && f.conditions == 1 {
		c.add(RuleApplicationMissing, Hint, f.node.Pos+len("<"), f.node.Pos+len("<")+len(n.QName()), nil,
			"<undefined-condition/> says something only beside an application-specific condition")
	}
	if by := attr(n, "by"); by != nil {
		if _, err := stanza.ParseJID(by.Value); err != nil {
			c.add(RuleErrorBy, Warning, by.ValPos, by.ValEnd, drop(n, by, "leave it out"), "by says which address gives the error, and this is none")
		}
	}
	c.checkAttributes(RuleErrorAttribute, n, "type", "by")
	c.checkLanguage(n)
}

func (c *checker) checkFailureType(f *failure) {
	a := attr(f.node, "type")
	usual := stanza.UsualType(f.condition)
	switch {
	case a == nil:
		pos, end := tagName(f.node)
		c.add(RuleErrorTypeMissing, Warning, pos, end, insert(f.node, "type", usual),
			"an <error/> needs a type: %s", strings.Join(stanza.ErrorTypes(), ", "))
	case !slices.Contains(stanza.ErrorTypes(), a.Value):
		if meant := likely(a.Value, stanza.ErrorTypes()); meant != "" {
			usual = meant
		}
		c.add(RuleErrorTypeUnknown, Warning, a.ValPos, a.ValEnd, setValue(a, usual),
			"an error's type is one of %s", strings.Join(stanza.ErrorTypes(), ", "))
	case stanza.IsCondition(f.condition) && !slices.Contains(stanza.UsualTypes(f.condition), a.Value):
		c.add(RuleErrorTypeUnusual, Hint, a.ValPos, a.ValEnd, setValue(a, usual),
			"with %s the usual type is %s", f.condition, strings.Join(stanza.UsualTypes(f.condition), " or "))
	}
}

func (c *checker) checkCondition(f *failure, n *stanza.Node) {
	pos, end := tagName(n)
	if f.conditions++; f.conditions > 1 {
		c.add(RuleConditionMany, Warning, n.Pos, n.End, cut(n), "an <error/> names one defined condition, and this is number %d", f.conditions)
		return
	}
	f.condition = n.Name.Local
	if !stanza.IsCondition(f.condition) {
		var fix *Fix
		if meant := likely(f.condition, stanza.Conditions()); meant != "" {
			fix = c.rename(n, meant)
			f.condition = meant
		}
		c.add(RuleConditionUnknown, Warning, pos, end, fix, "<%s/> is none of the conditions that are defined", shorten(n.QName()))
	}
	fix := &Fix{Title: "empty it", Pos: n.Open, End: n.Close}
	text := strings.Trim(n.Text(), spaces)
	switch {
	case len(n.Elements()) > 0:
		c.add(RuleConditionContent, Warning, n.Open, n.Close, fix, "nothing stands in <%s/>: what is to be said besides stands next to it", shorten(n.QName()))
	case text == "" && stanza.CarriesURI(f.condition):
		severity := Warning
		if f.condition == "gone" { // nobody need know where to
			severity = Hint
		}
		c.add(RuleAddressMissing, severity, pos, end, nil, "<%s/> says where to, as the text of it: a URI such as xmpp:romeo@example.net", shorten(n.QName()))
	case text == "" || stanza.CarriesURI(f.condition) && hasScheme(text):
	case stanza.CarriesURI(f.condition):
		if _, err := stanza.ParseJID(text); err == nil {
			fix = &Fix{Title: "make it xmpp:" + shorten(text), Pos: n.Open, End: n.Close, With: "xmpp:" + stanza.Escape(text)}
		}
		c.add(RuleConditionContent, Warning, n.Open, n.Close, fix, "the text of <%s/> is the new address as a URI, such as xmpp:romeo@example.net", shorten(n.QName()))
	default:
		c.add(RuleConditionContent, Warning, n.Open, n.Close, fix, "only <gone/> and <redirect/> have a text, the new address")
	}
}

// hasScheme says that a text begins as a URI does (RFC 3986 §3.1).
func hasScheme(text string) bool {
	scheme, _, found := strings.Cut(text, ":")
	return found && scheme != "" && !strings.ContainsAny(text, spaces) &&
		strings.IndexFunc(scheme, func(r rune) bool {
			return !('a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("+-.", r))
		}) < 0
}

// checkApplication is for what is in another namespace than the conditions'.
func (c *checker) checkApplication(f *failure, n *stanza.Node) {
	pos, end := tagName(n)
	local, space := n.Name.Local, n.Name.Space
	if space != "" && space != c.scope.Content && space != stanza.NSStreams {
		if f.applications++; f.applications > 1 {
			c.add(RuleApplicationMany, Warning, n.Pos, n.End, cut(n), "an <error/> carries one application-specific condition, and this is number %d", f.applications)
		}
		return
	}
	if stanza.IsCondition(local) || local == "text" {
		if local != "text" {
			f.misplaced = true
			if f.condition == "" {
				f.condition = local
			}
		}
		c.add(RuleConditionNamespace, Warning, pos, end, intoThatNamespace(n, stanza.NSStanzas),
			"<%s/> means a stanza error only in the namespace %s", shorten(n.QName()), stanza.NSStanzas)
		return
	}
	c.add(RuleApplicationNamespace, Warning, pos, end, nil, "<%s/> is an application-specific condition, which wants a namespace of its own", shorten(n.QName()))
}

func (c *checker) checkFailureText(f *failure, n *stanza.Node) {
	c.checkLanguage(n)
	if f.texts++; f.texts > 1 {
		c.add(RuleErrorTextMany, Hint, n.Pos, n.End, cut(n), "an <error/> has one <text/>, and this is number %d", f.texts)
		return
	}
	if lang(n) == nil && f.node.Lang(c.iq.Lang()) == "" {
		pos, end := tagName(n)
		c.add(RuleErrorTextLanguage, Hint, pos, end, insert(n, "xml:lang", "en"), "a <text/> says which language it is in")
	}
}

// checkFailureWords is for text right inside the <error/>, where the protocol
// before RFC 3920 had it.
func (c *checker) checkFailureWords(f *failure, n *stanza.Node) {
	pos, end, ok := c.words(n)
	if !ok {
		return
	}
	open := `<text xmlns="` + stanza.NSStanzas + `">`
	c.add(RuleErrorText, Warning, pos, end,
		&Fix{Title: "put it into <text/>", Pos: pos, End: end, With: open + c.iq.XML()[pos:end] + "</text>"},
		"the words for people stand in <text/>, not right in <error/>")
}
