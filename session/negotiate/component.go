package negotiate

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"

	"iqscope/iqbuilder/stanza"
	"iqscope/session/wire"
)

// componentRefusals are the stream errors that a component gets (XEP-0114 §3).
var componentRefusals = map[string]refusal{
	"not-authorized":    {"the server does not accept this secret for this component", "Check the component's domain and its secret; nothing was retried."},
	"host-unknown":      {"the server does not expect a component of this name", "Check the component's domain, and the server's configuration."},
	"conflict":          {"a component of this name is connected already", "Close the other one first."},
	"invalid-namespace": {"this port is not for components", "Check the port; Prosody's is usually 5347."},
}

// enterAsComponent shakes hands with the server as a component (XEP-0114 §3). There
// is nothing to bind: the component is its domain.
func (n *negotiation) enterAsComponent(ctx context.Context) error {
	if n.cfg.JID.Local() != "" || n.cfg.JID.Resource() != "" {
		return &reason{words: fmt.Sprintf("%q is no domain", n.cfg.JID), advice: "A component's JID is a domain alone."}
	}
	n.begin(StepStream, n.cfg.JID.Domain())
	err := n.within(ctx, func(ctx context.Context) error {
		err := n.conn.Open(wire.Header{Content: stanza.NSComponent, To: n.cfg.JID.Domain(), NoVersion: true})
		if err != nil {
			return err
		}
		if _, err = n.read(ctx); err != nil {
			return err
		}
		peer := n.conn.Peer()
		switch {
		case peer.Content != stanza.NSComponent:
			return &reason{
				words:  fmt.Sprintf("this stream is not for components but for %.100q", peer.Content),
				advice: "Check the port; Prosody's is usually 5347.",
			}
		case peer.ID == "": // Prosody's is empty when an error follows
			if _, err = n.read(ctx); err == nil {
				err = errors.New("the server's stream has no id, so the secret cannot be proven")
			}
		}
		return err
	})
	if err != nil {
		return componentWords(err)
	}
	n.begin(StepAuth, "as the component "+n.cfg.JID.Domain())
	if err := n.auth.askPassword(ctx); err != nil {
		return err
	}
	err = n.within(ctx, func(ctx context.Context) error {
		digest := sha1.Sum([]byte(n.conn.Peer().ID + n.auth.password))
		n.auth.secretSent = true
		el, err := n.conn.Element("<handshake>" + hex.EncodeToString(digest[:]) + "</handshake>")
		if err != nil {
			return err
		}
		if err := n.write(ctx, el); err != nil {
			return err
		}
		if el, err = n.read(ctx); err != nil {
			return err
		}
		if el.Name() != (stanza.Name{Space: stanza.NSComponent, Local: "handshake"}) {
			return unexpected("<handshake/>", el)
		}
		return nil
	})
	if err != nil {
		return componentWords(err)
	}
	n.bound = n.cfg.JID
	n.auth.mechanism = "handshake"
	n.chose("as a component, by the handshake of XEP-0114: SHA-1 of the stream's id and the secret")
	return nil
}

// componentWords says what a stream error means to a component.
func componentWords(err error) error {
	var said *wire.StreamError
	if !errors.As(err, &said) {
		return err
	}
	known, ok := componentRefusals[said.Condition]
	if !ok {
		return err
	}
	words := said.Condition + ": " + known.words
	if said.Text != "" {
		words += fmt.Sprintf(" (the server says %.200q)", said.Text)
	}
	return &reason{words: words, advice: known.advice, err: err}
}
