package session_test

import (
	"context"
	"testing"
	"time"

	"iqscope/iqbuilder/stanza"
	"iqscope/session"
	"iqscope/session/demo"
	"iqscope/session/negotiate"

	"iqscope/internal/xmpptest"
)

func TestWhatIsSentBrokenIsInTheLogAndEndsTheStream(t *testing.T) {
	server, err := demo.Start(context.WithoutCancel(t.Context()), demo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s := session.New(session.Config{Negotiate: negotiate.Config{
		JID: xmpptest.JID(t, "juliet@"+demo.Domain), Server: server.Addr(), RootCAs: server.RootCAs(),
		Password: func(context.Context) (string, error) { return demo.Password, nil },
	}})
	if err := s.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	const text = "<iq type='get'\n id='b1'><a></b>"
	ticket, err := s.SendRaw(stanza.Unparsed(text, s.Scope()))
	if err != nil {
		t.Fatal(err)
	}
	if err := ticket.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := ticket.Sent()
	entry, ok := s.Journal().Get(sent.Seq)
	if !ok || entry.Stanza.XML() != text || entry.Dir != stanza.Out || entry.Stanza.Kind() != stanza.Broken {
		t.Errorf("the log has %+v", entry)
	}
	for deadline := time.Now().Add(time.Minute); s.Status().State == session.Online; {
		if time.Now().After(deadline) {
			t.Fatal("the stream goes on")
		}
		<-s.Changed()
	}
}
