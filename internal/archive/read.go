package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"
	"unicode/utf8"

	"iqscope/history"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/exchange"
	"iqscope/session/match"
)

// maxLine is how many bytes a line may have: three stanzas of a megabyte, which is as long as one may
// be, each character of which JSON can write in six.
const maxLine = 20 << 20

// BadLine says that a line is no entry.
type BadLine struct {
	Number int // from 1 on
	Cause  error
}

func (e *BadLine) Error() string { return fmt.Sprintf("line %d: %v", e.Number, e.Cause) }
func (e *BadLine) Unwrap() error { return e.Cause }

// Read yields the entries that are written in lines, or of each line that is none a *BadLine, and
// goes on behind it. Any other error is of the reading, and the last. Empty lines are left out.
func Read(from io.Reader) iter.Seq2[history.Entry, error] {
	return func(yield func(history.Entry, error) bool) {
		in := bufio.NewReaderSize(from, 64<<10)
		for number := 1; ; number++ {
			text, long, err := readLine(in)
			if err != nil && err != io.EOF {
				yield(history.Entry{}, err)
				return
			}
			last := err == io.EOF
			if text = bytes.TrimSpace(text); len(text) > 0 || long {
				var e history.Entry
				var bad error
				if long {
					bad = fmt.Errorf("it is longer than %d MB", maxLine>>20)
				} else {
					e, bad = Parse(text)
				}
				if bad != nil {
					e, bad = history.Entry{}, &BadLine{number, bad}
				}
				if !yield(e, bad) {
					return
				}
			}
			if last {
				return
			}
		}
	}
}

// readLine reads to the end of a line, of which it keeps nothing if it is too long.
func readLine(in *bufio.Reader) (text []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(text)+len(part) > maxLine {
			text, long = nil, true
		}
		if !long {
			text = append(text, part...)
		}
		if err != bufio.ErrBufferFull {
			return text, long, err
		}
	}
}

// errNoEntry is of lines that others may have written.
var errNoEntry = errors.New(`it is no entry of a history, which begins with {"entry":1`)

// Parse reads what Line wrote. It takes no more than a history would hold: the error says what is
// wrong. Err of the exchange has the same words as that of the entry which was written.
func Parse(text []byte) (history.Entry, error) {
	if !utf8.Valid(text) {
		return history.Entry{}, errors.New("it is no UTF-8")
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return history.Entry{}, inWords(err)
	}
	switch {
	case l.Entry == 0:
		return history.Entry{}, errNoEntry
	case l.Entry != Version:
		return history.Entry{}, fmt.Errorf("it is of version %d of the format; this program reads version %d", l.Entry, Version)
	}
	e := history.Entry{
		ID: l.Number, About: history.About{Account: l.Account, Server: l.Server}, Run: l.Run,
		Hidden: l.Hidden, Note: l.Note, Pinned: l.Pinned,
	}
	slices.Sort(l.Tags)
	e.Tags = slices.Compact(l.Tags)
	err := history.Change{Tags: &e.Tags, Note: &e.Note}.Check()
	if err != nil {
		return history.Entry{}, err
	}
	if e.Exchange, err = l.exchange(); err != nil {
		return history.Entry{}, err
	}
	return e, nil
}

// inWords says what is wrong with JSON.
func inWords(err error) error {
	var bad *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &bad) && bad.Field != "":
		return fmt.Errorf("%s is not to be a %s", bad.Field, bad.Value)
	case errors.As(err, &bad):
		return errNoEntry
	case errors.As(err, &syntax):
		return fmt.Errorf("it is no JSON: %w", syntax)
	}
	return err
}

func (l *line) exchange() (x exchange.Exchange, err error) {
	x = exchange.Exchange{
		Serial: l.Serial, Seq: l.Seq, ReplySeq: l.ReplySeq, LateSeq: l.LateSeq,
		Queued: timeFrom(l.Queued), Sent: timeFrom(l.Sent), Deadline: timeFrom(l.Deadline), Ended: timeFrom(l.Ended),
		Timeout: time.Duration(l.Timeout), RTT: time.Duration(l.Took), LateBy: time.Duration(l.LateBy),
		Unasked: l.Unasked, Series: l.Series, Refused: l.Refused,
	}
	if l.Outcome != nil {
		x.Outcome = stanza.Outcome(*l.Outcome)
	}
	if l.Down != nil {
		x.Down = stanza.Outage{From: l.Down.From, To: timeFrom(l.Down.To)}
	}
	for _, r := range l.Refusals {
		x.Refusals = append(x.Refusals, exchange.Refusal{Seq: r.Seq, At: r.Time, From: r.From, Verdict: r.Verdict, Note: r.Note})
	}
	if x.Stanza, err = parsed("request", &l.Request, l.RequestScope); err != nil {
		return x, err
	}
	if x.Reply, err = parsed("reply", l.Reply, l.ReplyScope); err != nil {
		return x, err
	}
	if x.Late, err = parsed("late", l.Late, l.LateScope); err != nil {
		return x, err
	}
	x.Shown = x.Stanza
	if err := l.sound(x); err != nil {
		return x, err
	}
	var cause error
	if l.Cause != nil {
		cause = exchange.ReadCause(*l.Cause)
	}
	x.Err = x.Failure(cause)
	return x, nil
}

// outcomes are those that an exchange can have which has ended.
var outcomes = match.Values("outcome")

// sound refuses what no exchange can be.
func (l *line) sound(x exchange.Exchange) error {
	answer := map[stanza.Outcome]stanza.Type{stanza.OutcomeResult: stanza.Result, stanza.OutcomeError: stanza.Error}[x.Outcome]
	switch {
	case l.Run == "" || l.Serial == 0:
		return errors.New("run and serial do not say which exchange it is")
	case !slices.Contains(outcomes, string(x.Outcome)):
		return fmt.Errorf("%.40q is no outcome of a request", x.Outcome)
	case x.Ended.IsZero():
		return errors.New("ended does not say when it ended")
	case !x.Stanza.IsRequest():
		return errors.New("request is no IQ of type get or set")
	case answer == "" && x.Reply != nil:
		return fmt.Errorf("there is a reply, and the outcome is %s", x.Outcome)
	case answer != "" && (x.Reply == nil || !x.Reply.IsReply() || x.Reply.Type() != answer):
		return fmt.Errorf("reply is no IQ of type %s, and that is the outcome", answer)
	case x.Late != nil && !x.Late.IsReply():
		return errors.New("late is no IQ of type result or error")
	case x.Timeout < 0 || x.RTT < 0 || x.LateBy < 0:
		return errors.New("a time that passed is less than 0")
	case x.Refused < len(x.Refusals) || len(x.Refusals) > exchange.KeptRefusals:
		return errors.New("refused does not count the refusals, or they are too many")
	}
	return nil
}

func timeFrom(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// parsed is a stanza that was written; nil for none.
func parsed(key string, xml *string, s *scope) (*stanza.Stanza, error) {
	if xml == nil {
		return nil, nil
	}
	in := stanza.ClientScope()
	if s != nil {
		in = stanza.Scope{Content: s.Content, Lang: s.Lang}
		in.Default, in.Prefixes = s.Default, s.Prefixes
	}
	st, err := stanza.Parse(*xml, in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return st, nil
}
