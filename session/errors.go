package session

import (
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
	"iqscope/session/negotiate"
	"iqscope/session/pending"
	"iqscope/session/wire"
)

// ErrXMPP is the page's XMPPError: it is true of everything that Send, Get, Set and Request.Result
// return when a request was started and has no result, whatever the reason. What ran out of time,
// whoever's it was, is context.DeadlineExceeded besides.
//
//	reply, err := s.Send(ctx, iq)
//	var refused *session.IQError
//	var late *session.IQTimeout
//	switch {
//	case errors.As(err, &refused): // refused.Reply is the answer, refused.Err what it says
//	case errors.As(err, &late): // no answer came within late.After
//	case errors.Is(err, session.ErrXMPP): // cancelled, not sent, or the connection was lost
//	case err != nil: // refused here: see ErrNotRequest and its like
//	}
var ErrXMPP = stanza.ErrXMPP

// How a request ends that has no result. They are errors of package stanza, under the names under
// which one looks for them here.
type (
	// IQError is the page's IqError: the answer is an error. Err is never nil; errors.Is asks it
	// for a condition, such as stanza.ItemNotFound.
	IQError = stanza.IQError
	// IQTimeout is the page's IqTimeout: no answer came in time, and may still come.
	IQTimeout = stanza.IQTimeout
	// NotSent says that not one byte of the request left.
	NotSent = stanza.NotSent
	// Unknown says that the connection was lost after the request was sent.
	Unknown = stanza.Unknown
	// Cancelled says that we gave the request up.
	Cancelled = stanza.Cancelled
	// StanzaError is what an error reply says: type, condition, text.
	StanzaError = stanza.StanzaError
)

// What is wrong before anything is sent.
type (
	// JIDError says that a text is no address, and why.
	JIDError = stanza.JIDError
	// RuleError says which rule of RFC 6120 an IQ would break, and where.
	RuleError = iqbuilder.RuleError
)

// Why there is no connection, or none any more: what Connect and Dial return, and what is the Cause
// of NotSent and Unknown.
type (
	// ConnectError says at which step connecting failed, with whom, and what to try.
	ConnectError = negotiate.Error
	// AuthError is the server's refusal of a login, the cause of a ConnectError.
	AuthError = negotiate.AuthError
	// StreamError is the <stream:error/> with which a server ends a stream.
	StreamError = wire.StreamError
)

// WaitTimeout says that nothing matched in time. It is context.DeadlineExceeded.
type WaitTimeout = handler.WaitTimeout

// Refusals of Start and Send beside ErrNotRequest and ErrNoID.
var (
	ErrDuplicateID = pending.ErrDuplicateID
	ErrNoFrom      = pending.ErrNoFrom
)

// Refusals of Handle and Replace.
var (
	ErrDuplicateName = handler.ErrDuplicateName
	ErrNoName        = handler.ErrNoName
	ErrNoFunction    = handler.ErrNoFunction
	ErrNoHandler     = handler.ErrNoHandler
)
