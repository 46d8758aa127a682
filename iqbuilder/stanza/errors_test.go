package stanza

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestErrReadsAStanzaError(t *testing.T) {
	const ns = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
	for _, tt := range []struct {
		name, in string
		want     *StanzaError
	}{
		{"whole", "<iq type='error'><query xmlns='x'/><error type='wait' by='host'><redirect" + ns + "> xmpp:a@b </redirect>" +
			"<text" + ns + " xml:lang='en'>a &amp; b</text><busy xmlns='urn:app'/></error></iq>",
			&StanzaError{Type: "wait", Condition: "redirect", Text: "a & b", Lang: "en", By: "host", URI: "xmpp:a@b",
				Application: Name{Space: "urn:app", Local: "busy"}}},
		{"in the stanza's language", "<iq type='error' xml:lang='de'><error><text" + ns + " xml:lang='en'>x</text><text" + ns + ">y</text>" +
			"<text" + ns + " xml:lang='DE'>z</text></error></iq>", &StanzaError{Text: "y", Lang: "de"}},
		{"first text of others", "<iq type='error' xml:lang='fr'><error><text" + ns + " xml:lang='en'>x</text><text" + ns + " xml:lang='it'>y</text></error></iq>",
			&StanzaError{Text: "x", Lang: "en"}},
		{"language of the error element", "<iq type='error'><error xml:lang='cs'><text" + ns + ">x</text></error></iq>", &StanzaError{Text: "x", Lang: "cs"}},
		{"nothing in it", "<iq type='error'><error/></iq>", &StanzaError{}},
		{"several of everything", "<iq type='error'><error type='no' code='404'><conflict" + ns + "/><forbidden" + ns + "/><a xmlns='1'/><b xmlns='2'/></error>" +
			"<error type='auth'/></iq>", &StanzaError{Type: "no", Condition: "conflict", Application: Name{Space: "1", Local: "a"}, Code: "404"}},
		{"an old code", "<iq type='error'><error code='406'>Not Acceptable</error></iq>",
			&StanzaError{Type: "modify", Condition: "not-acceptable", Text: "Not Acceptable", Code: "406", Translated: true}},
		{"an old code beside a type", "<iq type='error'><error code='404' type='wait'/></iq>", &StanzaError{Type: "wait", Condition: "item-not-found", Code: "404", Translated: true}},
		{"a code that never was", "<iq type='error'><error code='999'>x</error></iq>", &StanzaError{Code: "999"}},
		{"an address where none belongs", "<iq type='error'><error><conflict" + ns + ">xmpp:a</conflict></error></iq>", &StanzaError{Condition: "conflict"}},
		{"of a message", "<message type='error'><error type='cancel'/></message>", &StanzaError{Type: "cancel"}},
		{"no error element", "<iq type='error'/>", nil},
		{"another type", "<iq type='result'><error/></iq>", nil},
		{"error in another namespace", "<iq type='error'><error xmlns='x'/></iq>", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, mustParse(t, tt.in).Err()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What a peer leaves out must not crash those who read what it said.
func TestTheErrorOfAnErrorReplyIsNeverNil(t *testing.T) {
	const ns = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
	request := mustParse(t, "<iq type='get' id='q1'/>")
	for xml, want := range map[string]Condition{
		"<iq type='error' id='q1'/>":                                                             "",
		"<iq type='error' id='q1'><error/></iq>":                                                 "",
		"<iq type='error' id='q1'><error xmlns='x'/></iq>":                                       "",
		"<iq type='error' id='q1'><error code='404'>no</error></iq>":                             ItemNotFound,
		"<iq type='error' id='q1'><error type='cancel'><item-not-found" + ns + "/></error></iq>": ItemNotFound,
	} {
		var err error = NewIQError(request, mustParse(t, xml))
		var refused *IQError
		if !errors.As(err, &refused) || refused.Err.Condition != string(want) {
			t.Errorf("%s: %+v", xml, refused.Err)
		}
		if errors.Is(err, ItemNotFound) != (want == ItemNotFound) || errors.Is(err, Forbidden) || !errors.Is(err, ErrXMPP) {
			t.Errorf("%s: %v is not what it should be", xml, err)
		}
	}
}

func TestConditionsAreThoseOfTheStandard(t *testing.T) {
	all := Conditions()
	if len(all) != 23 || !slices.IsSorted(all) {
		t.Errorf("%d conditions, sorted: %v", len(all), slices.IsSorted(all))
	}
	constants := []Condition{
		BadRequest, Conflict, FeatureNotImplemented, Forbidden, Gone, InternalServerError, ItemNotFound, JIDMalformed,
		NotAcceptable, NotAllowed, NotAuthorized, PaymentRequired, PolicyViolation, RecipientUnavailable, Redirect,
		RegistrationRequired, RemoteServerNotFound, RemoteServerTimeout, ResourceConstraint, ServiceUnavailable,
		SubscriptionRequired, UndefinedCondition, UnexpectedRequest,
	}
	for i, c := range constants {
		if i >= len(all) || string(c) != all[i] || c.Error() != all[i] {
			t.Errorf("the constant %d is %q", i, c)
		}
	}
	for _, word := range append(all, "text", "") {
		if known := word != "text" && word != ""; IsCondition(word) != known {
			t.Errorf("%q is a condition: %v", word, !known)
		}
	}
}

func TestErrorsAreOneSentence(t *testing.T) {
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	req := mustParse(t, "<iq type='get' id='q1' to='host'/>")
	hostile := mustParse(t, "<iq type='error' from='a&#x9b;b'/>")
	cause := errors.New("connection reset")
	for _, tt := range []struct {
		name string
		err  error
		want string
		xmpp bool
	}{
		{"error", &IQError{req, mustParse(t, "<iq type='error' from='host'/>"), &StanzaError{Type: "cancel", Condition: "conflict", Text: "no\nway"}},
			`error reply from "host": cancel/conflict: "no\nway"`, true},
		{"error with everything", &IQError{req, nil, &StanzaError{Type: "wait", Condition: "gone", URI: "xmpp:a", Application: Name{Space: "x", Local: "y"}}},
			`error reply: wait/gone (y) → "xmpp:a"`, true},
		{"error from nobody", &IQError{req, nil, nil}, "error reply: an error that does not say which", true},
		{"hostile error", &IQError{req, hostile, &StanzaError{Type: "\u009b", Text: strings.Repeat("x", 1000)}},
			`error reply from "a\u009bb": "\u009b"/no condition: "` + strings.Repeat("x", 80) + `…"`, true},
		{"timeout", &IQTimeout{Request: req, After: 1500 * time.Millisecond}, `no reply to get "q1" to "host" within 1.5s`, true},
		{"timeout, the link down meanwhile", &IQTimeout{Request: req, After: time.Second, Down: Outage{noon, noon.Add(17 * time.Second)}},
			`no reply to get "q1" to "host" within 1s; the link was down from 12:00:00 to 12:00:17`, true},
		{"timeout, the link down still", &IQTimeout{Request: req, After: time.Second, Down: Outage{From: noon}},
			`no reply to get "q1" to "host" within 1s; the link was down from 12:00:00 on`, true},
		{"timeout of a message", &IQTimeout{Request: mustParse(t, "<message/>"), After: time.Second}, `no reply to message within 1s`, true},
		{"not sent", &NotSent{req, cause}, `get "q1" to "host" was not sent: connection reset`, true},
		{"not sent for no reason", &NotSent{nil, nil}, `the request was not sent: there is no connection`, true},
		{"unknown", &Unknown{req, cause}, `the outcome of get "q1" to "host" is unknown: connection reset`, true},
		{"cancelled", &Cancelled{req}, `get "q1" to "host" was cancelled`, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if errors.Is(tt.err, ErrXMPP) != tt.xmpp {
				t.Errorf("errors.Is(err, ErrXMPP) is %v", !tt.xmpp)
			}
		})
	}
	if !errors.Is(&NotSent{req, cause}, cause) || !errors.Is(&Unknown{req, cause}, cause) {
		t.Error("the cause is lost")
	}
	if !errors.Is(&IQTimeout{Request: req, After: time.Second}, context.DeadlineExceeded) || errors.Is(&Cancelled{req}, context.DeadlineExceeded) {
		t.Error("what ran out of time, and only that, is a deadline exceeded")
	}
}

func TestCutKeepsWhatNamesMean(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
	}{
		{"nothing inherited", "<iq><a xmlns='x'><b/></a></iq>", "<a xmlns='x'><b/></a>"},
		{"the stream's own namespace", "<iq><a/></iq>", "<a/>"},
		{"default from the IQ", "<p:iq xmlns:p='jabber:client' xmlns='x&amp;y'><a><b xmlns='z'/></a></p:iq>", `<a xmlns="x&amp;y"><b xmlns='z'/></a>`},
		{"no namespace", "<p:iq xmlns:p='jabber:client' xmlns=''><a/></p:iq>", `<a xmlns=""/>`},
		{"prefix of a descendant", "<iq xmlns:q='x' xmlns:r='y'><a xmlns='z'><q:b q:c=''/></a></iq>", `<a xmlns:q="x" xmlns='z'><q:b q:c=''/></a>`},
		{"prefix of an attribute", "<iq xmlns:q='x'><a xmlns='z' q:b='' xml:lang='en'/></iq>", `<a xmlns:q="x" xmlns='z' q:b='' xml:lang='en'/>`},
		{"prefix declared again", "<iq xmlns:q='x'><q:a xmlns:q='y'><q:b/></q:a></iq>", "<q:a xmlns:q='y'><q:b/></q:a>"},
		{"prefix declared in a neighbour", "<iq xmlns:q='x'><a xmlns='z'><b xmlns:q='y'/><q:c/></a></iq>", `<a xmlns:q="x" xmlns='z'><b xmlns:q='y'/><q:c/></a>`},
		{"prefix that the other scope has", "<iq><stream:a/></iq>", "<stream:a/>"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := mustParse(t, tt.in)
			n := mustTree(t, s).Elements()[0]
			got := s.Cut(n, ClientScope())
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if again := mustParse(t, got); again.Name() != n.Name {
				t.Errorf("%v became %v", n.Name, again.Name())
			}
		})
	}
}
