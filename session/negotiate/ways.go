package negotiate

import "context"

// A way is an address to try, and how TLS comes about there.
type way struct {
	addr string
	mode TLSMode // not TLSAuto
	why  string  // in words; "" when the user named it
	// guess says that nobody promised TLS there: when the answer is not TLS, the
	// next way may still be right.
	guess bool
}

func (w way) String() string {
	if w.why == "" {
		return w.addr
	}
	return w.addr + " (" + w.why + ")"
}

// ways lists what to try, the best first.
func (r *route) ways(ctx context.Context) ([]way, error) {
	mode := r.cfg.TLS
	switch {
	case r.cfg.Component && mode == TLSStart:
		return nil, &reason{words: "components have no STARTTLS", advice: "Use --tls off on this machine, or --tls direct."}
	case r.cfg.Component && r.cfg.Server == "":
		return nil, &reason{words: "a component has to know its server", advice: "Name it with --server HOST:PORT."}
	case r.cfg.Component && mode == TLSAuto:
		mode = TLSOff
	case r.cfg.Server == "" && mode != TLSOff:
		return r.waysOfDomain(ctx)
	}
	port := portClient
	switch {
	case r.cfg.Component:
		port = portComponent
	case mode == TLSDirect:
		port = portDirectTLS
	}
	addr, err := hostPort(r.cfg.Server, r.domain, port)
	if err != nil {
		return nil, err
	}
	switch {
	case mode == TLSAuto && r.tlsLater: // there is nothing to guess from
		return []way{{addr: addr, mode: TLSStart}}, nil
	case mode != TLSAuto:
		return []way{{addr: addr, mode: mode}}, nil
	}
	return []way{{addr: addr, mode: TLSDirect, guess: true}, {addr: addr, mode: TLSStart, why: "again, for STARTTLS"}}, nil
}
