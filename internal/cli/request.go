package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// maxInput is how much XML is read from standard input: the limit of one stanza.
const maxInput = 1 << 20

// request is what send sends.
type request struct {
	iq       *stanza.Stanza
	warnings []string
	typed    bool // the id was given
	filled   bool // the typed XML had no id
}

// sender is whom requests are from: nobody but for a component, which has to say
// so in each (XEP-0114).
type sender struct {
	scope stanza.Scope
	from  string // "" for a client, whose server knows
}

func (f *connectionFlags) sender() (sender, error) {
	if !f.component || f.demo {
		return sender{scope: stanza.ClientScope()}, nil
	}
	own, err := f.account()
	return sender{stanza.ComponentScope(), own.String()}, err
}

// warningsFor adds to the warnings what became of the id.
func (r request) warningsFor(count int) []string {
	var about string
	switch {
	case r.filled && count == 1:
		about = "the IQ had no id; it was given the id " + r.iq.ID()
	case r.filled:
		about = "the IQ had no id; each request was given one of its own"
	case r.typed && count > 1:
		about = fmt.Sprintf("each request was given an id of its own, from %[1]s-1 to %[1]s-%[2]d", r.iq.ID(), count)
	default:
		return r.warnings
	}
	return append([]string{about}, r.warnings...)
}

// request takes the IQ from the argument, from standard input or from the flags.
func (p *program) request(ctx context.Context, f sendFlags, args []string) (request, error) {
	s, err := p.flags.sender()
	switch {
	case err != nil:
		return request{}, err
	case len(args) == 1 && f.builds():
		return request{}, usage("an IQ given as XML is sent as it is: --to, --type, --kind, --set, --query and --id do not go with it")
	case f.kind != "":
		k, err := p.kind(f.kind)
		if err != nil {
			return request{}, err
		}
		return p.buildKind(ctx, s, k, f)
	case f.query != "":
		return s.buildQuery(f)
	case f.builds():
		return request{}, usage("--to, --type and --id need --query or --kind, which name the payload")
	}
	text, err := p.typed(ctx, args)
	if err != nil {
		return request{}, err
	}
	return s.parse(text)
}

// builds says that a flag names a part of what is to be sent.
func (f *sendFlags) builds() bool {
	return f.query != "" || f.kind != "" || len(f.set) > 0 || f.to != "" || f.id != "" || f.typ != string(stanza.Get)
}

// typed is the XML of the argument, or of standard input.
func (p *program) typed(ctx context.Context, args []string) (string, error) {
	given := len(args) == 1
	if given && args[0] != "-" {
		return args[0], nil
	}
	if _, ok := terminalOf(p.stdin); ok && !given {
		return "", errNothingToSend
	}
	text, err := readAll(ctx, p.stdin, maxInput)
	switch {
	case errors.Is(err, errTooLong):
		return "", refuse(errors.New("standard input is longer than a stanza may be, 1 MiB"))
	case err == nil && text == "" && !given:
		return "", errNothingToSend
	}
	return text, err
}

// buildQuery is a request that carries nothing but the element by which one asks in a namespace.
func (s sender) buildQuery(f sendFlags) (request, error) {
	payload := iqbuilder.QueryElement(f.query, stanza.Type(f.typ))
	r, err := s.build(f, stanza.Type(f.typ), iqbuilder.WithElement(payload))
	if payload.Local != "query" && err == nil {
		r.warnings = append([]string{fmt.Sprintf("sent is <%s/>, by which a %s asks in %s", payload.Local, f.typ, f.query)}, r.warnings...)
	}
	return r, err
}

// buildKind is a request of a kind with its fields set.
func (p *program) buildKind(ctx context.Context, s sender, k *catalog.Kind, f sendFlags) (request, error) {
	values, err := p.values(ctx, k, f.set)
	if err != nil {
		return request{}, err
	}
	payload, err := k.XML(values)
	if err != nil {
		return request{}, usage("%w", err)
	}
	return s.build(f, k.Type, iqbuilder.WithPayload(payload))
}

func (s sender) build(f sendFlags, t stanza.Type, payload iqbuilder.Option) (request, error) {
	options := []iqbuilder.Option{payload}
	if s.from != "" {
		options = append(options, iqbuilder.ForComponent(), iqbuilder.From(s.from))
	}
	if f.to != "" {
		options = append(options, iqbuilder.To(f.to))
	}
	if f.id != "" {
		options = append(options, iqbuilder.ID(f.id))
	}
	iq, err := iqbuilder.New(t, options...)
	if err != nil {
		var rule *iqbuilder.RuleError
		if errors.As(err, &rule) {
			return request{}, usage("%s", rule.Finding.Text)
		}
		return request{}, refuse(err)
	}
	r := request{iq: iq, typed: f.id != ""}
	_, findings := iqbuilder.Check(iq.XML(), s.scope)
	r.warn(findings)
	return r, nil
}

// warn keeps what is unwise but legal.
func (r *request) warn(findings []iqbuilder.Finding) {
	for _, f := range findings {
		if f.Severity == iqbuilder.Warning {
			r.warnings = append(r.warnings, (&iqbuilder.RuleError{Finding: f}).Error())
		}
	}
}

// parse reads a typed IQ. It stays as it was typed, but for an id if it has none,
// and a component's from. What is unwise but legal becomes a warning.
func (s sender) parse(text string) (request, error) {
	var r request
	_, findings := iqbuilder.Check(text, s.scope)
	// From the back, so that what is filled in moves no other place.
	for _, f := range slices.Backward(findings) {
		switch {
		case f.Rule == iqbuilder.RuleIDMissing && f.Fix != nil:
			text = f.Fix.Apply(text)
			r.filled = true
		case f.Rule == iqbuilder.RuleFromComponent:
			text = text[:f.End] + ` from="` + stanza.Escape(s.from) + `"` + text[f.End:]
			r.warnings = append(r.warnings, "the IQ had no from; it was given the component's, "+s.from)
		}
	}
	r.typed = !r.filled
	iq, findings := iqbuilder.Check(text, s.scope)
	for _, f := range findings {
		if f.Severity == iqbuilder.Fatal {
			return request{}, refuse(&iqbuilder.RuleError{Finding: f})
		}
	}
	r.warn(findings)
	switch {
	case !iq.IsRequest():
		return request{}, refuse(errors.New("an IQ of type " + string(iq.Type()) + " is never answered; send waits for answers, so it takes get and set"))
	case iq.ID() == "":
		return request{}, refuse(errors.New("the id is empty, so that the answer could not be told from others"))
	}
	r.iq = iq
	return r, nil
}
