package cli

import (
	"cmp"
	"fmt"
	"slices"

	"iqscope/internal/config"
	"iqscope/internal/stricttoml"
	"iqscope/tui/keys"
)

// maxKeyProblems is how many wrong keys are told: as many as fit on a small screen with what else
// there is to say.
const maxKeyProblems = 10

// chosenKeys are the keys that the configuration chooses for the screen's actions, once check has
// nothing to say against them.
func (p *program) chosenKeys(check func(chosen map[string][]string) []keys.Problem) (map[string][]string, error) {
	file, err := p.configuration()
	if err != nil || file.Path == "" {
		return nil, err
	}
	places := file.KeysWith(p.flags.profile)
	chosen := map[string][]string{}
	for action, its := range places {
		chosen[action] = its.Keys
	}
	var wrong stricttoml.Problems
	for _, problem := range check(chosen) {
		place := places[problem.Action]
		wrong = append(wrong, &config.Error{
			File: file.Path, Line: place.Line, Column: place.Column, Key: problem.Action, Text: fmt.Sprintf("%.300s", problem.Text),
		})
	}
	if len(wrong) == 0 {
		return chosen, nil
	}
	slices.SortStableFunc(wrong, func(a, b *config.Error) int { return cmp.Compare(a.Line, b.Line) })
	return nil, refuse(fmt.Errorf("the keys are not right: %w", wrong[:min(len(wrong), maxKeyProblems)]))
}
