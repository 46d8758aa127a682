package session

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

type customXEP struct {
	XMLName xml.Name `xml:"custom-xep query"`
	Answer  int      `xml:"answer,omitempty"`
}

// content is what a peer may put into a stanza instead of what was hoped for.
var content = map[string]string{
	"nothing":                       "",
	"text":                          "words",
	"an empty payload":              "<query xmlns='custom-xep'/>",
	"another payload":               "<query xmlns='urn:x'/>",
	"no namespace":                  "<query xmlns=''/>",
	"words for a number":            "<query xmlns='custom-xep'><answer>many</answer></query>",
	"a number beyond all":           "<query xmlns='custom-xep'><answer>99999999999999999999</answer></query>",
	"the answer nested":             "<query xmlns='custom-xep'><answer><answer>42</answer></answer></query>",
	"two payloads":                  "<query xmlns='custom-xep'/><query xmlns='custom-xep'/>",
	"a deep one":                    "<query xmlns='custom-xep'>" + strings.Repeat("<a>", 90) + strings.Repeat("</a>", 90) + "</query>",
	"an error that says nothing":    "<error/>",
	"an error of no condition":      "<error type='cancel'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
	"an error of another namespace": "<error xmlns='u'/>",
	"an error of words":             "<error>no</error>",
	"an old error":                  "<error code='406'>Not Acceptable</error>",
}

// The snippets of the documents, as a reader copies them, survive whatever a peer answers.
func TestTheSnippetsSurviveWhateverAPeerAnswers(t *testing.T) {
	for name, inner := range content {
		for _, typ := range []string{"result", "error"} {
			t.Run(typ+" with "+name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					s, p := online(t, Config{})
					iq := xmpptest.Get(t, iqbuilder.To("romeo@example.net/x"), iqbuilder.WithQuery("custom-xep"))
					r := start(t, s, iq)
					p.Hears()
					p.Says("<iq type='" + typ + "' id='" + iq.ID() + "' from='romeo@example.net/x'>" + inner + "</iq>")
					<-r.Done()
					reply, err := r.Result()

					var refused *IQError
					var late *IQTimeout
					switch {
					case errors.As(err, &refused):
						fmt.Fprintln(io.Discard, refused.Reply.From(), refused.Err.Condition, refused.Err, refused)
						if !errors.Is(err, ErrXMPP) || typ != "error" {
							t.Errorf("it ends with %v", err)
						}
					case errors.As(err, &late), err != nil:
						t.Errorf("it ends with %v", err)
					default:
						var v customXEP
						if err := reply.Decode(&v); err == nil && v.XMLName.Space != "custom-xep" {
							t.Errorf("it is taken for %+v", v)
						}
						answer := reply.Child("custom-xep", "query").Child("custom-xep", "answer")
						fmt.Fprintln(io.Discard, answer.Text(), answer.Lang(""), reply)
					}
				})
			})
		}
	}
}

// So do those that are asked: each request has its one answer, and the session lives on.
func TestTheSnippetsSurviveWhateverAPeerAsks(t *testing.T) {
	keys := match.KeyMap{"custom_xep": {Name: stanza.Name{Space: "custom-xep", Local: "query"}}}
	for name, inner := range content {
		for _, typ := range []string{"get", "set"} {
			t.Run(typ+" with "+name, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					s, p := online(t, Config{})
					if err := s.Handle(handler.Callback("watch", handler.MustPath("iq/custom_xep", keys), func(e handler.Event) {
						fmt.Fprintln(io.Discard, e.Stanza.Type(), e.Stanza.Child("custom-xep", "query").Child("custom-xep", "answer").Text())
					})); err != nil {
						t.Fatal(err)
					}
					if err := s.Handle(handler.Responder("answer", handler.MustPath("iq", keys), func(_ context.Context, in handler.Event) (handler.Answer, error) {
						var asked customXEP
						if err := in.Stanza.Decode(&asked); err != nil {
							return handler.Answer{}, stanza.NotAcceptable
						}
						return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza), iqbuilder.WithPayloadValue(asked)))
					})); err != nil {
						t.Fatal(err)
					}
					p.Says("<iq type='" + typ + "' id='q' from='romeo@example.net/x'>" + inner + "</iq>")
					if answer := p.Hears(); answer.ID() != "q" || answer.Type() == stanza.Error && (answer.Err().Condition == "internal-server-error" || answer.Err().Condition == "") {
						t.Errorf("the answer is %s", answer)
					}
					for _, info := range s.Handlers() {
						if info.Failures > 0 {
							t.Errorf("%s failed", info.Name)
						}
					}
				})
			})
		}
	}
}
