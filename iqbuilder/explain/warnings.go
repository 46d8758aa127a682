package explain

import (
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// Warning is something odd about a reply that ends its request all the same. Like
// all texts here it quotes nothing that the other side sent.
type Warning struct {
	Rule    string // a stable word; iqbuilder's where it has one
	Text    string // one or two sentences
	Section string
}

// The rules that iqbuilder does not have: they need the request beside its reply.
const (
	RuleErrorCode      = "error-code"      // an error that has a number and no condition
	RuleOtherPayload   = "payload-other"   // the result is about something else
	RuleDiscoEmpty     = "disco-empty"     // service discovery without its <query/>
	RuleDiscoNode      = "disco-node"      // its node is not the one asked for
	RuleDiscoIdentity  = "disco-identity"  // no <identity/>
	RuleDiscoSupported = "disco-supported" // disco#info is not among the features
)

var (
	errorMissing = Warning{iqbuilder.RuleErrorMissing,
		"The reply is of type error, but has no <error/> that says what went wrong.", "RFC 6120 §8.3.1"}
	errorByCode = Warning{RuleErrorCode,
		"The error says what went wrong by a number only, as before 2004. What the number means stands in its place here.", "XEP-0086 §3"}
	errorUnexpected = Warning{iqbuilder.RuleErrorUnexpected,
		"The reply is a result, and yet has an <error/> in it. Its type counts.", "RFC 6120 §8.2.3"}
	payloadMany = Warning{iqbuilder.RulePayloadMany,
		"The result has several payloads; it may have one at most. Programs differ in which of them they read.", "RFC 6120 §8.2.3"}
	payloadOther = Warning{RuleOtherPayload,
		"The result's payload is in another namespace than the request's, so it may answer something else than what was asked.", "RFC 6120 §8.2.3"}
	discoEmpty = map[string]Warning{
		stanza.NSDiscoInfo:  {RuleDiscoEmpty, "The result has no <query/>, so it says nothing about the entity.", "XEP-0030 §3.1"},
		stanza.NSDiscoItems: {RuleDiscoEmpty, "The result has no <query/>; an entity without items sends an empty one.", "XEP-0030 §4.1"},
	}
	nodeMissing = map[string]Warning{
		stanza.NSDiscoInfo:  {RuleDiscoNode, "The request asked for a node, and the result does not repeat it. Perhaps the other side does not know nodes and described itself as a whole.", "XEP-0030 §3.2"},
		stanza.NSDiscoItems: {RuleDiscoNode, "The request asked for a node, and the result does not repeat it. Perhaps the other side does not know nodes and listed its own items.", "XEP-0030 §4.2"},
	}
	nodeOther = map[string]Warning{
		stanza.NSDiscoInfo:  {RuleDiscoNode, "The result is about another node than the request asked for.", "XEP-0030 §3.2"},
		stanza.NSDiscoItems: {RuleDiscoNode, "The result is about another node than the request asked for.", "XEP-0030 §4.2"},
	}
	discoIdentity = Warning{RuleDiscoIdentity,
		"The result has no <identity/>; everyone who answers has one at least.", "XEP-0030 §3.1"}
	discoSupported = Warning{RuleDiscoSupported,
		"The result does not list disco#info among the features, although it is an answer to just that.", "XEP-0030 §3.1"}
)

// Warnings says what is odd about a reply, held against its request: what a
// program can live with and its author would want to know. There are none for a
// reply that follows the rules, nor for what is no request or no reply.
//
// What is odd about an error's condition and type is in Explanation.Unusual. That a
// sender was accepted in lenient mode only is in the log's note. Reading the reply
// takes time in proportion to its length.
func Warnings(request, reply *stanza.Stanza) []Warning {
	if !request.IsRequest() || !reply.IsReply() {
		return nil
	}
	if reply.Type() == stanza.Error {
		switch e := reply.Err(); {
		case e == nil:
			return []Warning{errorMissing}
		case e.Translated:
			return []Warning{errorByCode}
		}
		return nil
	}
	var all []Warning
	if reply.HasError() {
		all = append(all, errorUnexpected)
	}
	if reply.Payloads() > 1 {
		all = append(all, payloadMany)
	}
	sent, got := request.Payload(), reply.Payload()
	_, disco := discoEmpty[sent.Space]
	switch {
	case disco && got == sent:
		return append(all, discoWarnings(request, reply)...)
	case disco && reply.Payloads() == 0:
		return append(all, discoEmpty[sent.Space])
	case reply.Payloads() > 0 && got.Space != sent.Space:
		return append(all, payloadOther)
	}
	return all
}

// discoWarnings compares a <query/> of service discovery with the one that asked.
func discoWarnings(request, reply *stanza.Stanza) []Warning {
	kind := request.Payload()
	sent, got := query(request), query(reply)
	if sent == nil || got == nil {
		return nil
	}
	wanted, _ := sent.Attr("node")
	node, _ := got.Attr("node")
	var all []Warning
	switch {
	case node == wanted:
	case node == "":
		all = append(all, nodeMissing[kind.Space])
	default:
		all = append(all, nodeOther[kind.Space])
	}
	if kind.Space != stanza.NSDiscoInfo || wanted != "" {
		return all // a node need not have all that an entity has
	}
	if got.Child(kind.Space, "identity") == nil {
		all = append(all, discoIdentity)
	}
	if !lists(got, kind.Space) {
		all = append(all, discoSupported)
	}
	return all
}

// query is a stanza's first payload.
func query(st *stanza.Stanza) *stanza.Node {
	root, err := st.Tree()
	if err != nil {
		return nil
	}
	return root.Child(st.Payload().Space, st.Payload().Local)
}

// lists says that a feature is among those of a disco#info result.
func lists(query *stanza.Node, feature string) bool {
	for _, n := range query.Elements() {
		if n.Name.Space != stanza.NSDiscoInfo || n.Name.Local != "feature" {
			continue
		}
		if v, _ := n.Attr("var"); v == feature {
			return true
		}
	}
	return false
}
