package session_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/explain"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// What docs/library.md shows, in its order.

// version is what a program says of itself (XEP-0092).
type version struct {
	XMLName xml.Name `xml:"jabber:iq:version query"`
	Name    string   `xml:"name"`
	Version string   `xml:"version"`
}

// customXEP is the payload of the page's CustomXEP.
type customXEP struct {
	XMLName xml.Name `xml:"custom-xep query"`
	Answer  int      `xml:"answer,omitempty"`
}

// The built-in server stands in for yours: without the two options, the address says where the
// server is.
func ExampleDial() {
	ctx := context.Background()
	server, err := demo.Start(ctx, demo.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	s, err := session.Dial(ctx, "juliet@demo.localhost", demo.Password,
		session.WithServer(server.Addr()), session.WithRootCAs(server.RootCAs()))
	if err != nil {
		fmt.Println(err) // at which step it failed, with whom, and what to try
		return
	}
	defer s.Close(ctx)

	fmt.Println(s.Status().State, "as", s.Status().JID.Bare())
	// Output: online as juliet@demo.localhost
}

// Whatever is not an option of its own is a field of Config.
func ExampleOption() {
	_, err := session.Dial(context.Background(), "juliet@localhost", "secret",
		session.WithServer("127.0.0.1:1"),
		func(c *session.Config) {
			c.ResponseTimeout = 10 * time.Second // the page's response_timeout
			c.Keepalive = time.Minute
			c.Negotiate.Resource = "balcony"
		})
	var failed *session.ConnectError
	if errors.As(err, &failed) {
		fmt.Println("it failed while", failed.Step)
	}
	// Output: it failed while connecting
}

// Get and Set build, send and wait in one. The reply is read into a value by its tags.
func ExampleSession_Get() {
	sessions, end := connect("juliet")
	defer end()
	juliet, ctx := sessions[0], context.Background()

	reply, err := juliet.Get(ctx, iqbuilder.WithQuery("jabber:iq:version"), iqbuilder.To("demo.localhost"))
	if err != nil {
		fmt.Println(err)
		return
	}
	var v version
	if err := reply.Decode(&v); err != nil {
		fmt.Println("that is something else:", err)
		return
	}
	fmt.Println(v.Name)
	// Output: iqscope demo
}

// A payload that a value becomes, by the same tags.
func ExampleSession_Set() {
	sessions, end := connect("juliet")
	defer end()
	juliet, ctx := sessions[0], context.Background()

	reply, err := juliet.Set(ctx, iqbuilder.WithPayloadValue(customXEP{Answer: 43}), iqbuilder.To("echo@bots.demo.localhost"))
	if err != nil {
		fmt.Println(err)
		return
	}
	// Without a type: a child that a peer left out is no crash, but an empty text.
	fmt.Println(reply.Child("custom-xep", "query").Child("custom-xep", "answer").Text())
	// Output: 43
}

// The errors of a request, as package session has them.
func ExampleIQError() {
	sessions, end := connect("juliet")
	defer end()
	juliet, ctx := sessions[0], context.Background()
	iq := customGet("error-item-not-found@bots.demo.localhost")

	_, err := juliet.Send(ctx, iq)
	var refused *session.IQError
	var late *session.IQTimeout
	switch {
	case errors.Is(err, stanza.ItemNotFound):
		fmt.Println("there is no such thing")
	case errors.As(err, &refused):
		fmt.Println("refused by", refused.Reply.From(), "with", refused.Err)
	case errors.As(err, &late):
		fmt.Println("no answer within", late.After)
	case errors.Is(err, session.ErrXMPP):
		fmt.Println("cancelled, not sent, or the connection was lost:", err)
	case err != nil:
		fmt.Println("not even started:", err)
	}
	// Output: there is no such thing
}

// A responder answers. Values go in and out; a condition is a constant.
func ExampleSession_Handle_values() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo, ctx := sessions[0], sessions[1], context.Background()

	err := juliet.Handle(handler.Responder("CustomXEP", handler.MustPath("iq/custom_xep", customKeys),
		func(_ context.Context, in handler.Event) (handler.Answer, error) {
			var asked customXEP
			switch err := in.Stanza.Decode(&asked); {
			case err != nil:
				return handler.Answer{}, stanza.BadRequest
			case in.Stanza.Type() == stanza.Set && asked.Answer != 42:
				return handler.Answer{}, stanza.NotAllowed
			}
			return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza), iqbuilder.WithPayloadValue(customXEP{Answer: 42})))
		}).Serving("custom-xep"))
	if err != nil {
		fmt.Println(err)
		return
	}

	to := iqbuilder.To("juliet@demo.localhost/example")
	reply, err := romeo.Get(ctx, iqbuilder.WithQuery("custom-xep"), to)
	fmt.Println(reply.Child("custom-xep", "query").Child("custom-xep", "answer").Text(), err)
	_, err = romeo.Set(ctx, iqbuilder.WithPayloadValue(customXEP{Answer: 43}), to)
	fmt.Println(errors.Is(err, stanza.NotAllowed))
	_, err = romeo.Set(ctx, iqbuilder.WithPayload("<query xmlns='custom-xep'><answer>many</answer></query>"), to)
	fmt.Println(errors.Is(err, stanza.BadRequest))
	// Output:
	// 42 <nil>
	// true
	// true
}

// What nobody answers gets an error of your choice.
func ExampleSession_SetUnanswered() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo, ctx := sessions[0], sessions[1], context.Background()

	err := juliet.SetUnanswered(session.Unanswered{Condition: "not-allowed", Text: "ask my nurse", Lang: "en"})
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = romeo.Get(ctx, iqbuilder.WithQuery("custom-xep"), iqbuilder.To("juliet@demo.localhost/example"))
	fmt.Println(err)
	// Output: error reply from "juliet@demo.localhost/example": cancel/not-allowed: "ask my nurse"
}

// A message is built from elements, which escape what somebody typed.
func ExampleSession_SendStanza() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo, ctx := sessions[0], sessions[1], context.Background()

	heard, err := romeo.Collect(handler.MustPath(`message/body="I <3 you"`))
	if err != nil {
		fmt.Println(err)
		return
	}

	note, err := iqbuilder.NewElement(stanza.NSClient, "message").
		Attr("to", "romeo@demo.localhost/example").Attr("type", "chat").
		Add(iqbuilder.NewElement("", "body").Text("I <3 you")).
		Stanza()
	if err != nil {
		fmt.Println(err)
		return
	}
	ticket, err := juliet.SendStanza(note)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = ticket.Wait(ctx) // until it has left

	for err == nil && len(heard.Events()) == 0 {
		<-romeo.Changed()
	}
	for _, e := range heard.Stop() {
		fmt.Println(e.Stanza.Child(stanza.NSClient, "body").Text())
	}
	// Output: I <3 you
}

// All that knows no connection can be used without one.
func Example_withoutAConnection() {
	request, findings := iqbuilder.Check(`<iq type='get' id='1' to='romeo@'><ping xmlns='urn:xmpp:ping'/></iq>`, stanza.ClientScope())
	for _, f := range findings {
		fmt.Println(f.Column, f.Rule)
	}

	path := match.MustCompile(`iq@type=get and xpath("//ping")`, match.BasicKeys())
	fmt.Println(path.Match(match.NewSubject(match.Facts{Stanza: request, Dir: stanza.Out})))

	fmt.Println(explain.Outcome(stanza.OutcomeTimeout, stanza.Get).Meaning)
	// Output:
	// 27 to-address
	// true
	// No answer came in time. The request may have been lost, or ignored, or the answer is still on its way; one that comes later is shown as late.
}
