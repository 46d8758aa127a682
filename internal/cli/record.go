package cli

import (
	"cmp"

	"iqscope/internal/record"
)

// record begins to write down what goes over the wire, in a file that is not there yet.
func (l *link) record(path string) (*record.Recording, error) {
	f := &l.program.flags
	server := f.server
	if f.demo {
		server = "built-in server"
	}
	r, err := record.Begin(l.session, record.Options{
		Path: path, Account: l.session.Status().JID.String(), Server: cmp.Or(server, f.websocket),
		Content: l.session.Scope().Content, Lang: l.session.Scope().Lang, Lenient: f.lenient,
		Redact: l.secrets.Redact,
	})
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.recordings = append(l.recordings, r)
	return r, nil
}

// recordAsked begins the recording that --record asks for. It is one account's: who goes on as
// another one is not recorded.
func (l *link) recordAsked() (err error) {
	if path := l.program.flags.record; path != "" {
		l.asked, err = l.record(path)
		l.program.flags.record = ""
	}
	return err
}

// recorded ends what is recorded, and says what became of it.
func (l *link) recorded() {
	l.mu.Lock()
	all := l.recordings
	l.mu.Unlock()
	for _, r := range all {
		ended := false
		select {
		case <-r.Done():
			ended = true
		default:
		}
		s := r.Stop()
		switch {
		case s.Err != nil || s.Missed > 0:
			l.program.warn([]string{s.String()})
		case !ended && !l.program.flags.quiet: // else the screen has told
			l.program.say("%s", s)
		}
	}
}

// recordHelp is what --record does.
const recordHelp = "`file`, not there yet, for all that goes over the wire, as lines of JSON, secrets hidden; see: iqscope inspect"
