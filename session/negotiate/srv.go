package negotiate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
)

// The SRV services of a domain (RFC 6120 §3.2.1, XEP-0368).
const (
	serviceSTARTTLS = "xmpp-client"
	serviceDirect   = "xmpps-client"
)

// records are a domain's SRV records for one service.
type records struct {
	service string
	mode    TLSMode
	found   []*net.SRV
	// declined says that the domain does not offer the service: the record's target
	// is the root (RFC 2782).
	declined bool
	err      error // of the lookup; not finding any is none
}

// waysOfDomain asks DNS where the domain's server is. Where DNS names none, it is
// the domain itself (RFC 6120 §3.2.2).
func (r *route) waysOfDomain(ctx context.Context) ([]way, error) {
	fallback := way{mode: TLSStart}
	port := portClient
	if r.cfg.TLS == TLSDirect {
		fallback.mode, port = TLSDirect, portDirectTLS
	}
	var err error
	if fallback.addr, err = hostPort("", r.domain, port); err != nil {
		return nil, err
	}
	switch {
	case isIP(strings.Trim(r.domain, "[]")), r.domain == "localhost", strings.HasSuffix(r.domain, ".localhost"):
		return []way{fallback}, nil // RFC 6761 §6.3
	case r.cfg.Proxy != nil:
		fallback.why = "SRV records cannot be asked for through a proxy"
		return []way{fallback}, nil
	}
	r.begin(StepDial, "looking up the servers of "+r.domain)
	var all []records
	err = within(ctx, nil, r.cfg.StepTimeout, func(ctx context.Context) error {
		all = r.lookUp(ctx)
		return ctx.Err()
	})
	var timeout *silence
	if err != nil && !errors.As(err, &timeout) {
		return nil, err
	}
	if ways := merge(all); len(ways) > 0 {
		return ways, nil
	}
	fallback.why = "no SRV record names a server"
	for _, of := range all {
		switch {
		case of.declined && of.mode == fallback.mode:
			return nil, &reason{
				words:  fmt.Sprintf("the domain says in its SRV record %s that it serves no clients", of.name(r.domain)),
				advice: "Check the spelling of the domain, or name the host with --server.",
			}
		case of.err != nil:
			fallback.why = "the SRV records could not be looked up: " + lookupWords(of.err)
		}
	}
	return []way{fallback}, nil
}

// lookUp asks for the services that the TLS mode allows, all at once.
func (r *route) lookUp(ctx context.Context) []records {
	all := []records{{service: serviceDirect, mode: TLSDirect}, {service: serviceSTARTTLS, mode: TLSStart}}
	switch r.cfg.TLS {
	case TLSDirect:
		all = all[:1]
	case TLSStart:
		all = all[1:]
	}
	resolver := r.cfg.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	done := make(chan struct{})
	for i := range all {
		go func() {
			all[i].lookUp(ctx, resolver, r.domain)
			done <- struct{}{}
		}()
	}
	for range all {
		<-done
	}
	return all
}

func (r *records) lookUp(ctx context.Context, resolver Resolver, domain string) {
	_, found, err := resolver.LookupSRV(ctx, r.service, "tcp", domain)
	var dns *net.DNSError
	if err != nil && !(errors.As(err, &dns) && dns.IsNotFound) && len(found) == 0 {
		r.err = err
	}
	r.declined = len(found) == 1 && found[0].Target == "."
	for _, record := range found {
		if isHostName(strings.TrimSuffix(record.Target, ".")) && record.Port != 0 {
			r.found = append(r.found, record)
		}
	}
}

func (r *records) name(domain string) string { return "_" + r.service + "._tcp." + domain }

func lookupWords(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.Err
	}
	return err.Error()
}

// merge makes one list of the records of both services, as XEP-0368 has it: by
// priority, and by chance within one, the greater weights more often first
// (RFC 2782). At the same priority direct TLS comes first: it cannot be stripped.
func merge(all []records) []way {
	type candidate struct {
		*net.SRV
		mode TLSMode
	}
	var rest []candidate
	for _, r := range all {
		for _, record := range r.found {
			rest = append(rest, candidate{record, r.mode})
		}
	}
	slices.SortStableFunc(rest, func(a, b candidate) int {
		switch {
		case a.Priority != b.Priority:
			return int(a.Priority) - int(b.Priority)
		case a.mode != b.mode && a.mode == TLSDirect:
			return -1
		case a.mode != b.mode:
			return 1
		}
		return int(a.Weight) - int(b.Weight) // those without a weight get their small chance
	})
	var ways []way
	for len(rest) > 0 && len(ways) < maxWays {
		same, sum := 0, 0
		for same < len(rest) && rest[same].Priority == rest[0].Priority && rest[same].mode == rest[0].mode {
			sum += int(rest[same].Weight)
			same++
		}
		at, drawn := 0, rand.IntN(sum+1)
		for drawn -= int(rest[0].Weight); drawn > 0; drawn -= int(rest[at].Weight) {
			at++
		}
		ways = append(ways, wayTo(rest[at].SRV, rest[at].mode))
		rest = slices.Delete(rest, at, at+1)
	}
	return ways
}

func wayTo(record *net.SRV, mode TLSMode) way {
	host := strings.TrimSuffix(record.Target, ".")
	kind := "STARTTLS"
	if mode == TLSDirect {
		kind = "direct TLS"
	}
	return way{
		addr: net.JoinHostPort(host, strconv.Itoa(int(record.Port))), mode: mode,
		why: fmt.Sprintf("SRV for %s, priority %d, weight %d", kind, record.Priority, record.Weight),
	}
}
