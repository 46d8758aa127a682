package session_test

import (
	"context"
	"fmt"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/form"
	"iqscope/iqbuilder/stanza"
	"iqscope/session"
)

// Example_command goes through the first step of a command of the built-in server.
func Example_command() {
	sessions, end := connect("juliet")
	defer end()
	if err := order(context.Background(), sessions[0]); err != nil {
		fmt.Println(err)
	}
	// Output: executing, complete prev cancel
}

func order(ctx context.Context, s *session.Session) error {
	execute, err := catalog.Builtin().Kind("command_execute")
	if err != nil {
		return err
	}
	payload, err := execute.XML(catalog.Values{"node": {"two-steps"}})
	if err != nil {
		return err
	}
	request, err := iqbuilder.Set(iqbuilder.To("demo.localhost"), iqbuilder.WithPayload(payload))
	if err != nil {
		return err
	}
	next, err := firstStep(ctx, s, request)
	if err != nil {
		return err
	}
	reply, err := s.Send(ctx, next)
	if err != nil {
		return err
	}
	command, _ := catalog.CommandIn(reply)
	fmt.Print(command.Status, ",")
	for _, step := range catalog.Builtin().Fill(next, reply).Steps {
		fmt.Print(" ", step.Word)
	}
	return nil
}

func firstStep(ctx context.Context, s *session.Session, request *stanza.Stanza) (*stanza.Stanza, error) {
	reply, err := s.Send(ctx, request)
	if err != nil {
		return nil, err
	}
	filling := catalog.Builtin().Fill(request, reply)
	payload, err := filling.Payload(filling.Steps[0], form.Values{"potion": {"sleep"}, "for": {"romeo"}})
	if err != nil {
		return nil, err // what is wrong with the values
	}
	next, err := iqbuilder.Change(request, iqbuilder.WithPayload(payload), iqbuilder.ID(iqbuilder.NewID()))
	return next, err
}
