package tui

import (
	"time"

	"iqscope/iqbuilder/catalog"
	"iqscope/tui/clipboard"
)

// The events of the root model.
type (
	// SessionChanged says that the log, a request or the status is not what it was.
	SessionChanged struct{}
	// ConnectEnded says how an attempt to go online ended; Err is nil if it is online.
	ConnectEnded struct{ Err error }
	// RequestStarted says that a request was sent and waits.
	RequestStarted struct{ Serial uint64 }
	// StanzaSent says that a stanza was sent for which nothing waits.
	StanzaSent struct{}
	// DoneByHand says how a step by hand ended. Text is what was typed, empty for another step.
	DoneByHand struct {
		Text string
		Err  error
	}
	// CatalogueLoaded has what can be asked, and says what of one's own is not in it.
	CatalogueLoaded struct {
		Catalog *catalog.Catalog
		Err     error
	}
	// RulesSaved says that the rules were written to where they are kept, or why not.
	RulesSaved struct{ Err error }
	// Copied says where something was copied to.
	Copied struct {
		What  string
		Where clipboard.Where
		Err   error
	}
	// SendRefused says that the session did not take what was to be sent.
	SendRefused struct {
		ID  string
		Err error
	}
	// HoldChanged says that incoming requests are held from now on, or are not.
	HoldChanged struct{ On bool }
	// TimeoutChanged says how long requests wait from now on that do not say otherwise.
	TimeoutChanged struct{ Timeout time.Duration }
	// SuspendAsked says that the shell wants the terminal for a while, Continued that it has woken
	// the program without having asked, and Resumed that the program has the terminal again. Err
	// says why it was not stopped.
	SuspendAsked struct{}
	Continued    struct{}
	Resumed      struct{ Err error }
	// TimePassed says that what counts down has to be drawn again. At is when it was due.
	TimePassed struct{ At time.Time }
)
