package handler_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/match"
)

// keys lets paths call the page's payload custom_xep.
var keys = match.KeyMap{"custom_xep": {Name: stanza.Name{Space: "custom-xep", Local: "query"}}}

// arrives is an event as a reader of a stream makes it.
func arrives(xml string) handler.Event {
	s, err := stanza.Parse(xml, stanza.ClientScope())
	if err != nil {
		panic(err)
	}
	return handler.Event{Dir: stanza.In, Stanza: s}
}

const (
	customGet = `<iq type='get' id='1' from='romeo@example.net/orchard'><query xmlns='custom-xep'/></iq>`
	customSet = `<iq type='set' id='2' from='romeo@example.net/orchard'><query xmlns='custom-xep'/></iq>`
)

// The page's register_handler(Callback(name, StanzaPath(path), …)). Each callback
// runs in a goroutine of its own, so the one who shows a stanza waits for neither.
func ExampleCallback() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	both, gets := make(chan stanza.Type, 2), make(chan stanza.Type, 2)
	for _, h := range []handler.Handler{
		handler.Callback("CustomXEP Handler", handler.MustPath("iq/custom_xep", keys),
			func(e handler.Event) { both <- e.Stanza.Type() }),
		handler.Callback("CustomXEP Gets", handler.MustPath("iq@type=get/custom_xep", keys),
			func(e handler.Event) { gets <- e.Stanza.Type() }),
	} {
		if err := r.Add(h); err != nil {
			fmt.Println(err)
		}
	}
	r.Observe(arrives(customSet))
	r.Observe(arrives(customGet))
	fmt.Println("both:", <-both, <-both)
	fmt.Println("gets:", <-gets)
	// Output:
	// both: set get
	// gets: get
}

// A name belongs to one handler at a time.
func ExampleRegistry_Remove() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	watch := handler.Callback("watch", nil, func(handler.Event) {})
	fmt.Println(r.Add(watch))
	fmt.Println(r.Add(watch))
	fmt.Println(r.Remove("watch"), r.Remove("watch"))
	// Output:
	// <nil>
	// a handler of this name is registered already
	// true false
}

// Once sees the first match, and is gone.
func ExampleOnce() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	seen := make(chan string, 2)
	if err := r.Add(handler.Once("first", handler.MustPath("iq/custom_xep", keys),
		func(e handler.Event) { seen <- e.Stanza.ID() })); err != nil {
		fmt.Println(err)
	}
	r.Observe(arrives(customGet))
	r.Observe(arrives(customSet))
	fmt.Println(<-seen, r.Remove("first"))
	// Output: 1 false
}

// A filter comes before everything but the log: what it drops, no handler sees.
// What it did can be written down.
func ExampleFilter() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	if err := r.Add(handler.Filter("no sets", handler.MustPath("iq@dir=in@type=set"),
		func(handler.Event) *stanza.Stanza { return nil })); err != nil {
		fmt.Println(err)
	}
	for _, xml := range []string{customSet, customGet} {
		in := arrives(xml)
		left, changes := r.Filter(in)
		for _, c := range changes {
			fmt.Printf("%s dropped %s\n", c.Filter, in.Stanza.Type())
		}
		fmt.Println("left:", left.Stanza != nil)
	}
	// Output:
	// no sets dropped set
	// left: false
	// left: true
}

// Responders are asked in the order of their registration, until one does not pass.
func ExampleResponder() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	custom := handler.MustPath("iq/custom_xep", keys)
	for _, h := range []handler.Handler{
		handler.Responder("no changes", custom, func(_ context.Context, in handler.Event) (handler.Answer, error) {
			if in.Stanza.Type() == stanza.Set {
				return handler.Answer{}, handler.Refuse(stanza.NotAllowed)
			}
			return handler.Pass(), nil
		}),
		handler.Responder("answer", custom, func(_ context.Context, in handler.Event) (handler.Answer, error) {
			return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza)))
		}),
	} {
		if err := r.Add(h); err != nil {
			fmt.Println(err)
		}
	}
	for _, xml := range []string{customGet, customSet} {
		settled := make(chan handler.Settlement)
		r.Ask(context.Background(), arrives(xml), func(s handler.Settlement) { settled <- s })
		s := <-settled
		fmt.Printf("%s: %s\n", s.By, s.Answer.Stanza().Type())
	}
	// Output:
	// answer: result
	// no changes: error
}

// A refusal can say everything that RFC 6120 §8.3 lets an error say.
func ExampleCondition() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	if err := r.Add(handler.Responder("gate", nil, func(context.Context, handler.Event) (handler.Answer, error) {
		return handler.Answer{}, &handler.Condition{
			StanzaError: stanza.StanzaError{Type: "auth", Condition: "forbidden", Text: "not at night"},
			Extension:   `<opens xmlns="urn:gate" at="06:00"/>`,
		}
	})); err != nil {
		fmt.Println(err)
	}
	settled := make(chan handler.Settlement)
	r.Ask(context.Background(), arrives(customGet), func(s handler.Settlement) { settled <- s })
	s := <-settled
	fmt.Println(s.Answer.Stanza().Pretty(0))
	// Output:
	// <iq to="romeo@example.net/orchard" type="error" id="1">
	//   <error type="auth">
	//     <forbidden xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>
	//     <text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">not at night</text>
	//     <opens xmlns="urn:gate" at="06:00"/>
	//   </error>
	// </iq>
}

// What a waiter waits for may come before anybody calls Wait.
func ExampleRegistry_NewWaiter() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	ping, err := r.NewWaiter("a ping", handler.MustPath("iq/ping"))
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := r.NewWaiter("a set", handler.MustPath("iq@type=set/custom_xep", keys))
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Observe(arrives(customSet))

	e, err := set.Wait(context.Background())
	fmt.Println(e.Stanza.ID(), err)

	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	_, err = ping.Wait(ctx)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// 2 <nil>
	// true
}

// A collector keeps everything that matches, in order, until it is stopped.
func ExampleRegistry_NewCollector() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	c, err := r.NewCollector("custom", handler.MustPath("iq/custom_xep", keys))
	if err != nil {
		fmt.Println(err)
		return
	}
	r.Observe(arrives(customGet))
	r.Observe(arrives(`<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>`))
	r.Observe(arrives(customSet))
	for _, e := range c.Stop() {
		fmt.Println(e.Stanza.Type(), e.Stanza.ID())
	}
	// Output:
	// get 1
	// set 2
}

// Each entry counts: what it saw, and what became of it.
func ExampleRegistry_List() {
	r := handler.New(nil)
	defer r.Close(time.Second)

	if err := r.Add(handler.Callback("gets", handler.MustPath("iq@type=get"), func(handler.Event) {})); err != nil {
		fmt.Println(err)
	}
	for _, xml := range []string{customGet, customSet} {
		in := arrives(xml)
		r.Logged(in.Time, 1)
		r.Observe(in)
	}
	for _, i := range r.List() {
		fmt.Println(i.Name, i.Kind, i.Matcher, i.Matches, i.Misses)
	}
	// Output:
	// log log * 2 0
	// gets callback iq@type=get 1 1
}
