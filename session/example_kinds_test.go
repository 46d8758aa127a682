package session_test

import (
	"context"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

// customTOML is what the page has a plugin and a stanza class for: the payload and what one can ask.
const customTOML = `
[[payload]]
key = "custom_xep"
element = "query"
namespace = "custom-xep"
[[payload.field]]
name = "answer"
path = "answer"
type = "uint"

[[kind]]
key = "custom_get"
title = "What is the answer?"
type = "get"
payload = "custom_xep"
result = "custom_xep"

[[kind]]
key = "custom_set"
title = "Change the answer"
type = "set"
payload = "custom_xep"
result = "empty"
[[kind.field]]
name = "answer"
path = "answer"
type = "uint"
required = true
`

// The page's custom_xep: defined, answered, asked for, and read by names. Row 55.
func ExampleSession_Ask() {
	kinds, err := catalog.Builtin().With(catalog.File{Name: "custom.toml", Text: []byte(customTOML)})
	if err != nil {
		fmt.Println(err) // file, line, column, and what is likely meant
		return
	}

	sessions, end := connectKnowing(kinds, "juliet", "romeo")
	defer end()
	juliet, romeo, ctx := sessions[0], sessions[1], context.Background()
	err = juliet.Handle(handler.Responder("CustomXEP", handler.MustPath("iq/custom_xep", customKeys),
		func(_ context.Context, in handler.Event) (handler.Answer, error) {
			asked := juliet.Kinds().Of(in.Stanza, "custom_xep") // the page's iq['custom_xep']
			if in.Stanza.Type() == stanza.Set && asked.Get("answer") != "42" {
				return handler.Answer{}, stanza.NotAllowed
			}
			return handler.Reply(iqbuilder.Result(iqbuilder.InReplyTo(in.Stanza),
				juliet.Kinds().Answer("custom_xep", catalog.Values{"answer": {"42"}})))
		}))
	if err != nil {
		fmt.Println(err)
		return
	}

	reply, err := romeo.Ask(ctx, "custom_get", nil, iqbuilder.To("juliet@demo.localhost/example"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(romeo.Kinds().Of(reply, "custom_xep").Get("answer"))

	_, err = romeo.Ask(ctx, "custom_set", catalog.Values{"answer": {"43"}}, iqbuilder.To("juliet@demo.localhost/example"))
	fmt.Println(err)
	// Output:
	// 42
	// error reply from "juliet@demo.localhost/example": cancel/not-allowed
}
