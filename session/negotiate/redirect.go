package negotiate

import (
	"errors"
	"slices"

	"iqscope/session/wire"
)

// sentElsewhere is the way to where the server sends us (RFC 6120 §4.9.3.19), or the
// error, if that is not what it is or we do not go there. Who we are, and whom the
// certificate must be for, stay as they were.
//
// Without TLS we do not go: anyone on the way could have said so.
func (n *negotiation) sentElsewhere(err error) (*negotiation, error) {
	var said *wire.StreamError
	if !errors.As(err, &said) || said.Condition != "see-other-host" || said.OtherHost == "" {
		return nil, err
	}
	refuse := func(why, advice string) (*negotiation, error) {
		return nil, &reason{words: err.Error() + ", which was not followed: " + why, advice: advice, err: err}
	}
	switch {
	case n.cfg.WebSocket != "":
		return refuse("this is a WebSocket, and that is a host", "Go there with --server, or to its own WebSocket address.")
	case n.conn.TLS() == nil:
		return refuse("without TLS anyone on the way could have said so", n.advice(err))
	case len(n.visited) == maxHops:
		return refuse("this was the fourth server in a row to say so", "The servers send each other's clients around; tell their administrator.")
	}
	next := &negotiation{cfg: n.cfg, step: StepDial, password: n.password, secretSent: n.secretSent}
	next.cfg.Server = said.OtherHost
	next.visited = append(slices.Clone(n.visited), n.addr)
	addr, err2 := hostPort(said.OtherHost, "", portClient)
	switch {
	case err2 != nil:
		return refuse("that is no host", "Tell the server's administrator.")
	case slices.Contains(next.visited, addr):
		return refuse("we have been there", "The servers send each other's clients around; tell their administrator.")
	}
	next.choices = append(n.choices, n.addr+" sent us to "+addr+" (see-other-host)")
	return next, nil
}
