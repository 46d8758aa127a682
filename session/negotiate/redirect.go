package negotiate

import (
	"errors"
	"slices"

	"iqscope/session/wire"
)

// elsewhere is the route to where the server sends us (RFC 6120 §4.9.3.19), or the error of the
// connection, if that is not what it is or we do not go there. Who we are, and whom the
// certificate must be for, stay as they were.
//
// Without TLS we do not go: anyone on the way could have said so.
func (r *route) elsewhere(conn *wire.Conn, err error) (*route, error) {
	var said *wire.StreamError
	if !errors.As(err, &said) || said.Condition != "see-other-host" || said.OtherHost == "" {
		return nil, err
	}
	refuse := func(why, advice string) (*route, error) {
		return nil, &reason{words: err.Error() + ", which was not followed: " + why, advice: advice, err: err}
	}
	switch {
	case r.cfg.WebSocket != "":
		return refuse("this is a WebSocket, and that is a host", "Go there with --server, or to its own WebSocket address.")
	case conn.TLS() == nil:
		return refuse("without TLS anyone on the way could have said so", advice(err))
	case len(r.visited) == maxHops:
		return refuse("this was the fourth server in a row to say so", "The servers send each other's clients around; tell their administrator.")
	}
	cfg := *r.cfg
	cfg.Server = said.OtherHost
	next := &route{cfg: &cfg, progress: r.progress, visited: append(slices.Clone(r.visited), r.addr)}
	addr, err2 := hostPort(said.OtherHost, "", portClient)
	switch {
	case err2 != nil:
		return refuse("that is no host", "Tell the server's administrator.")
	case slices.Contains(next.visited, addr):
		return refuse("we have been there", "The servers send each other's clients around; tell their administrator.")
	}
	r.chose("%s sent us to %s (see-other-host)", r.addr, addr)
	return next, nil
}
