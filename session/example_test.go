package session_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/exchange"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// connect starts a built-in server and connects an account of it; the resource is
// always "example". The package's example shows the same with its errors.
func connect(accounts ...string) (sessions []*session.Session, end func()) {
	return connectKnowing(nil, accounts...)
}

// connectKnowing is connect for sessions that know these kinds.
func connectKnowing(kinds *catalog.Catalog, accounts ...string) (sessions []*session.Session, end func()) {
	ctx := context.Background()
	server, err := demo.Start(ctx, demo.Config{})
	if err != nil {
		panic(err)
	}
	for _, account := range accounts {
		s, err := session.Dial(ctx, account+"@demo.localhost/example", demo.Password,
			session.WithServer(server.Addr()), session.WithRootCAs(server.RootCAs()),
			func(c *session.Config) { c.Kinds = kinds })
		if err != nil {
			panic(err)
		}
		sessions = append(sessions, s)
	}
	return sessions, func() {
		for _, s := range sessions {
			s.Close(ctx)
		}
		server.Close()
	}
}

// customGet asks in the namespace of the page's CustomXEP.
func customGet(to string) *stanza.Stanza {
	iq, err := iqbuilder.Get(iqbuilder.WithQuery("custom-xep"), iqbuilder.To(to), iqbuilder.ID("1"))
	if err != nil {
		panic(err)
	}
	return iq
}

// customKeys lets paths call that payload custom_xep.
var customKeys = match.KeyMap{
	"custom_xep": {Name: stanza.Name{Space: "custom-xep", Local: "query"}},
}

// The page's iq.send(): it waits, and returns the result. A bot answers everything
// with what it was asked.
func ExampleSession_Send() {
	sessions, end := connect("juliet")
	defer end()

	reply, err := sessions[0].Send(context.Background(), customGet("echo@bots.demo.localhost"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Type(), reply.ID(), reply.Payload().Space)
	// Output: result 1 custom-xep
}

// The page's IqError and IqTimeout, each with what it is about.
func ExampleSession_Send_errors() {
	sessions, end := connect("juliet")
	defer end()
	juliet := sessions[0]

	send := func(to string, opts ...session.SendOption) {
		_, err := juliet.Send(context.Background(), customGet(to), opts...)
		var refused *session.IQError
		var late *session.IQTimeout
		switch {
		case errors.As(err, &refused):
			fmt.Println("refused by", refused.Reply.From(), "with", refused.Err.Condition)
		case errors.As(err, &late):
			fmt.Println("no answer from", late.Request.To(), "within", late.After)
		case err != nil:
			fmt.Println("cancelled, not sent, or the connection was lost:", err)
		}
	}
	send("error-item-not-found@bots.demo.localhost")
	send("silent@bots.demo.localhost", session.WithTimeout(50*time.Millisecond))
	// Output:
	// refused by error-item-not-found@bots.demo.localhost with item-not-found
	// no answer from silent@bots.demo.localhost within 50ms
}

// The page's XMPPError: one test for whoever does not care which it was.
func ExampleSession_Send_errXMPP() {
	sessions, end := connect("juliet")
	defer end()

	_, err := sessions[0].Send(context.Background(), customGet("error-forbidden@bots.demo.localhost"))
	fmt.Println(errors.Is(err, session.ErrXMPP))
	// Output: true
}

// The page's response_timeout: for all requests that are started from now on.
func ExampleSession_SetResponseTimeout() {
	sessions, end := connect("juliet")
	defer end()
	juliet := sessions[0]

	fmt.Println(juliet.Status().Timeout)
	juliet.SetResponseTimeout(50 * time.Millisecond)
	_, err := juliet.Send(context.Background(), customGet("silent@bots.demo.localhost"))
	fmt.Println(err)
	// Output:
	// 30s
	// no reply to get "1" to "silent@bots.demo.localhost" within 50ms
}

// The page's iq.send(timeout=…): for this request alone.
func ExampleWithTimeout() {
	sessions, end := connect("juliet")
	defer end()
	juliet := sessions[0]

	request, err := juliet.Start(customGet("silent@bots.demo.localhost"), session.WithTimeout(time.Minute))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(request.Exchange().Timeout, "instead of", juliet.Status().Timeout)
	request.Cancel()
	// Output: 1m0s instead of 30s
}

// The page's iq.send(block=False): it returns at once, with what tells how the
// request stands.
func ExampleSession_Start() {
	sessions, end := connect("juliet")
	defer end()
	juliet := sessions[0]

	question, err := juliet.Start(customGet("echo@bots.demo.localhost"))
	if err != nil {
		fmt.Println(err) // refused: nothing was sent
		return
	}
	<-question.Done()
	reply, err := question.Result() // what Send would have returned
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Type(), reply.Payload().Space)

	// While a request waits, it can be given more time, or given up.
	if question, err = juliet.Start(customGet("silent@bots.demo.localhost")); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("in flight:", question.Exchange().InFlight())
	fmt.Println("extended:", question.Extend(time.Minute))
	fmt.Println("cancelled:", question.Cancel())
	<-question.Done()
	fmt.Println("outcome:", question.Exchange().Outcome)
	// Output:
	// result custom-xep
	// in flight: true
	// extended: true
	// cancelled: true
	// outcome: cancelled
}

// The page's iq.send(callback=…). There is no time limit, and the callback runs
// once, whatever the end is.
func ExampleSession_SendCallback() {
	sessions, end := connect("juliet")
	defer end()

	ended := make(chan session.Exchange, 1)
	_, _, err := sessions[0].SendCallback(customGet("echo@bots.demo.localhost"), func(v session.Exchange) { ended <- v })
	if err != nil {
		fmt.Println(err)
		return
	}
	v := <-ended
	fmt.Println(v.Outcome, v.Err)
	// Output: result <nil>
}

// The page's remove_handler, with the name that SendCallback returned. The callback
// would have been told even that the session was closed; now the request has ended.
func ExampleSession_Remove() {
	sessions, end := connect("juliet")
	defer end()
	juliet := sessions[0]

	name, request, err := juliet.SendCallback(customGet("silent@bots.demo.localhost"), func(v session.Exchange) {
		fmt.Println("this is never printed:", v.Outcome)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(juliet.Remove(name), juliet.Remove(name))
	fmt.Println(request.Exchange().Outcome)
	// Output:
	// true false
	// cancelled
}

// The page's first handler: a path that takes every type, and a callback that looks
// which it is. A callback watches; that this request gets an answer at all is the
// session's own doing. What the page's handler does with reply(), a responder does.
func ExampleSession_Handle() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo := sessions[0], sessions[1]

	seen := make(chan string, 1)
	err := juliet.Handle(handler.Callback("CustomXEP Handler", handler.MustPath("iq/custom_xep", customKeys),
		func(e handler.Event) {
			switch e.Stanza.Type() {
			case stanza.Get:
				seen <- "somebody asks"
			case stanza.Set:
				seen <- "somebody wants to change something"
			default:
				seen <- "a result, or an error"
			}
		}))
	if err != nil {
		fmt.Println(err)
		return
	}

	_, err = romeo.Send(context.Background(), customGet("juliet@demo.localhost/example"))
	fmt.Println(<-seen)
	fmt.Println(err)
	// Output:
	// somebody asks
	// error reply from "juliet@demo.localhost/example": cancel/service-unavailable
}

// The page's second handler: the path takes gets alone.
func ExampleSession_Handle_type() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo := sessions[0], sessions[1]

	seen := make(chan stanza.Type, 2)
	err := juliet.Handle(handler.Callback("CustomXEP Handler", handler.MustPath("iq@type=get/custom_xep", customKeys),
		func(e handler.Event) { seen <- e.Stanza.Type() }))
	if err != nil {
		fmt.Println(err)
		return
	}

	get := customGet("juliet@demo.localhost/example")
	set, err := iqbuilder.Change(get, iqbuilder.WithType(stanza.Set))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, iq := range []*stanza.Stanza{set, get} {
		romeo.Send(context.Background(), iq) // refused, as nobody answers
	}
	fmt.Println(<-seen, len(seen))
	// Output: get 0
}

// A responder answers: with a result, or by refusing.
func ExampleSession_Handle_responder() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo := sessions[0], sessions[1]

	err := juliet.Handle(handler.Responder("CustomXEP", handler.MustPath("iq/custom_xep", customKeys),
		func(_ context.Context, in handler.Event) (handler.Answer, error) {
			if in.Stanza.Type() == stanza.Set {
				return handler.Answer{}, handler.Refuse(stanza.NotAllowed)
			}
			return handler.Reply(iqbuilder.Result(
				iqbuilder.InReplyTo(in.Stanza),
				iqbuilder.WithPayload(`<query xmlns="custom-xep"><answer>42</answer></query>`),
			))
		}).Serving("custom-xep"))
	if err != nil {
		fmt.Println(err)
		return
	}

	get := customGet("juliet@demo.localhost/example")
	reply, err := romeo.Send(context.Background(), get)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Pretty(0))

	set, err := iqbuilder.Change(get, iqbuilder.WithType(stanza.Set), iqbuilder.ID("2"))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = romeo.Send(context.Background(), set)
	fmt.Println(err)
	// Output:
	// <iq id="1" type='result' to='romeo@demo.localhost/example' from='juliet@demo.localhost/example'>
	//   <query xmlns="custom-xep">
	//     <answer>42</answer>
	//   </query>
	// </iq>
	// error reply from "juliet@demo.localhost/example": cancel/not-allowed
}

// A waiter: the next stanza that matches, within the context's time.
func ExampleSession_WaitFor() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo := sessions[0], sessions[1]

	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	go func() { // romeo asks again and again
		for ctx.Err() == nil {
			romeo.Send(ctx, customGet("juliet@demo.localhost/example"))
		}
	}()

	e, err := juliet.WaitFor(ctx, handler.MustPath("iq@type=get/custom_xep", customKeys))
	if err != nil {
		fmt.Println(err) // a *handler.WaitTimeout after a minute
		return
	}
	fmt.Println(e.Stanza.From(), "asks")
	// Output: romeo@demo.localhost/example asks
}

// A waiter that is there before something is sent, so that what it waits for cannot come too
// early.
func ExampleSession_Expect() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo := sessions[0], sessions[1]

	asks, err := juliet.Expect(handler.MustPath("iq@type=get/custom_xep", customKeys))
	if err != nil {
		fmt.Println(err)
		return
	}
	romeo.Send(context.Background(), customGet("juliet@demo.localhost/example")) // refused, as nobody answers

	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	e, err := asks.Wait(ctx)
	if err != nil {
		fmt.Println(err) // a *handler.WaitTimeout after a minute
		return
	}
	fmt.Println(e.Stanza.From(), "has asked")
	// Output: romeo@demo.localhost/example has asked
}

// The page's session_start and disconnected: told of each change of the state.
func ExampleSession_StateChanged() {
	sessions, end := connect("juliet")
	defer end()
	juliet := sessions[0]

	told := make(chan session.State, 10)
	stop := juliet.StateChanged(func(now session.Status) { told <- now.State })
	defer stop()
	juliet.Close(context.Background())
	if err := juliet.Connect(context.Background()); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-told, <-told, <-told)
	// Output: offline connecting online
}

// A collector: everything that matches, in order, until it is stopped. An archive
// (XEP-0313) sends what it has in messages, and then answers the request.
func ExampleSession_Collect() {
	sessions, end := connect("juliet")
	defer end()
	juliet := sessions[0]
	ctx := context.Background()

	for _, word := range []string{"Romeo", "wherefore"} {
		note, err := stanza.Parse("<message type='chat' to='juliet@demo.localhost/example'><body>"+word+"</body></message>", juliet.Scope())
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, err := juliet.SendStanza(note); err != nil {
			fmt.Println(err)
			return
		}
	}

	found, err := juliet.Collect(handler.MustPath("message/{urn:xmpp:mam:2}result"))
	if err != nil {
		fmt.Println(err)
		return
	}
	query, err := iqbuilder.Set(iqbuilder.WithElement(stanza.Name{Space: "urn:xmpp:mam:2", Local: "query"}))
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := juliet.Send(ctx, query); err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range found.Stop() {
		fmt.Println("message with a", e.Stanza.Payload().Local, "of", e.Stanza.Payload().Space)
	}
	// Output:
	// message with a result of urn:xmpp:mam:2
	// message with a result of urn:xmpp:mam:2
}

// Requests can wait for an answer by hand: a result or error that is sent with the
// request's id ends the waiting.
func ExampleSession_SetHold() {
	sessions, end := connect("juliet", "romeo")
	defer end()
	juliet, romeo := sessions[0], sessions[1]

	juliet.SetHold(session.Hold{On: true, Match: handler.MustPath("iq/custom_xep", customKeys)})
	question, err := romeo.Start(customGet("juliet@demo.localhost/example"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for juliet.Status().Held == 0 {
		<-juliet.Changed()
	}
	for _, asked := range juliet.Incoming(nil) {
		if asked.State != exchange.Held {
			continue
		}
		answer, err := iqbuilder.Error(
			iqbuilder.InReplyTo(asked.Stanza),
			iqbuilder.WithError(stanza.StanzaError{Type: "wait", Condition: "resource-constraint", Text: "not now"}),
		)
		if err != nil {
			fmt.Println(err)
			return
		}
		if _, err := juliet.SendStanza(answer); err != nil {
			fmt.Println(err)
			return
		}
		_, err = juliet.SendStanza(answer)
		fmt.Println("a second one:", err)
	}
	<-question.Done()
	fmt.Println(question.Exchange().Err)
	// Output:
	// a second one: the request has been answered already, by hand
	// error reply from "juliet@demo.localhost/example": wait/resource-constraint: "not now"
}
