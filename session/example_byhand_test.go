package session_test

import (
	"context"
	"fmt"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"
)

// The way from the TCP connection to the bound stream, step by step: what would be sensible next
// is printed, and done.
func ExampleSession_ConnectByHand() {
	ctx := context.Background()
	server, err := demo.Start(ctx, demo.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	cfg := session.Config{Negotiate: negotiate.Config{
		JID: stanza.MustParseJID("juliet@demo.localhost"), Server: server.Addr(), RootCAs: server.RootCAs(),
		Password: func(context.Context) (string, error) { return demo.Password, nil },
	}}
	s := session.New(cfg)
	defer s.Close(ctx)
	if err := s.ConnectByHand(ctx, negotiate.StepStream); err != nil {
		fmt.Println(err)
		return
	}
	for s.Status().State == session.ByHand {
		offer, _ := s.Offer()
		if offer.Do == negotiate.Nothing || offer.Do == "" {
			<-s.Changed() // it is the server's turn
			continue
		}
		fmt.Println(offer.Do, "-", offer.What)
		if err := s.TakeOffer(ctx); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println("ready")
	// Output:
	// open the stream - Say which domain you want to talk to, and in which version of the protocol (RFC 6120 §4.2).
	// element - Ask for a private connection, before anything secret is said (RFC 6120 §5.4.2).
	// begin TLS - The server is ready: now TLS shakes hands, and the certificate is checked against the domain of your JID (RFC 6120 §5.4.3).
	// open the stream - The connection is private now, and its certificate good. Everything begins anew, with a new stream (RFC 6120 §5.4.3.3).
	// element - Begin a login that never sends the password: your name and a random number go first (RFC 5802 §5, RFC 6120 §6.4.2).
	// element - Prove that you know the password, without sending it (RFC 5802 §3, RFC 6120 §6.4.3).
	// open the stream - You are logged in. Begin a new stream on the same connection (RFC 6120 §6.4.6).
	// element - Ask for a resource, the last part of your address; the server chooses it (RFC 6120 §7.6).
	// ready
}
