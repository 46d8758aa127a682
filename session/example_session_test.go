package session_test

import (
	"context"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
)

// A whole program: connect, ask, look at the answer. It brings a server of its own;
// on a real one, Dial needs the address and the password alone.
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

	s, err := session.Dial(ctx, "juliet@demo.localhost", demo.Password,
		session.WithServer(server.Addr()), session.WithRootCAs(server.RootCAs()))
	if err != nil {
		return err // says what failed, with whom, and what to try
	}
	defer s.Close(ctx)

	reply, err := s.Get(ctx, iqbuilder.WithQuery(stanza.NSDiscoInfo), iqbuilder.To("demo.localhost"))
	if err != nil {
		return err
	}
	fmt.Println(reply.Type(), "from", reply.From())

	identity := reply.Child(stanza.NSDiscoInfo, "query").Child(stanza.NSDiscoInfo, "identity")
	category, _ := identity.Attr("category")
	name, _ := identity.Attr("name")
	fmt.Printf("%s %q\n", category, name)
	return nil
}
