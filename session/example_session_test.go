package session_test

import (
	"context"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

// A whole program: connect, ask, look at the answer. It brings a server of its own;
// on a real one, JID and Password are all that Negotiate needs.
func Example() {
	if err := discover(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// result from demo.localhost
	// server "iqscope demo"
}

func discover(ctx context.Context) error {
	server, err := demo.Start(ctx, demo.Config{})
	if err != nil {
		return err
	}
	defer server.Close()

	juliet, err := stanza.ParseJID("juliet@demo.localhost")
	if err != nil {
		return err
	}
	s := session.New(session.Config{Negotiate: negotiate.Config{
		JID:      juliet,
		Password: func(context.Context) (string, error) { return demo.Password, nil },
		Server:   server.Addr(),
		RootCAs:  server.RootCAs(),
	}})
	if err := s.Connect(ctx); err != nil {
		return err // says what failed, with whom, and what to try
	}
	defer s.Close(ctx)

	iq, err := iqbuilder.Get(iqbuilder.WithQuery(stanza.NSDiscoInfo), iqbuilder.To("demo.localhost"))
	if err != nil {
		return err
	}
	reply, err := s.Send(ctx, iq)
	if err != nil {
		return err
	}
	fmt.Println(reply.Type(), "from", reply.From())

	root, err := reply.Tree()
	if err != nil {
		return err
	}
	if query := root.Child(stanza.NSDiscoInfo, "query"); query != nil {
		for _, child := range query.Elements() {
			if child.Name.Local == "identity" {
				category, _ := child.Attr("category")
				name, _ := child.Attr("name")
				fmt.Printf("%s %q\n", category, name)
			}
		}
	}
	return nil
}
