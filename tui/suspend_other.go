//go:build !unix

package tui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/tui/input"
)

// jobControl is nothing where no shell can stop and wake a program.
type jobControl struct{}

func newJobControl(context.Context, *input.Reader) *jobControl { return &jobControl{} }

func (*jobControl) jobs() jobs { return jobs{} }

func (*jobControl) watch(func(tea.Msg)) {}
