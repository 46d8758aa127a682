package capture

import (
	"errors"
	"io"
	"sort"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

// side is one direction of one connection in a log: what was said, in pieces that stand in several
// places, cut into elements. What is broken ends with the piece that it stands in, and the next one
// begins anew. A log need not have the stream's header; then the stanzas stand in one that is made up.
type side struct {
	log  *log
	lane lane
	time time.Time // of the entry that is read

	sc      *stanza.Scanner
	r       *stanza.Reader
	header  string // the opening tag that stands before what is read, when none comes
	heading bool   // one comes
	mended  bool   // it lacked its namespaces, and has got them
	lost    bool   // what follows, up to the next entry, belongs to something broken
	stray   bool   // and what follows then may do so as well, unless it begins an element

	fed    int64   // bytes that the scanner has got
	held   []byte  // of these, the ones of the element that is read
	pieces []piece // where they stand
}

// lane says whose words they are.
type lane struct {
	dir  stanza.Direction
	conn string
}

// piece says where bytes stand that a scanner was fed.
type piece struct {
	fed      int64 // from which byte on
	pos, end int   // in the capture
	written  bool  // in another form: only the whole has a place
}

const (
	// portion is how much a scanner is fed at once, for what it has not used may have to be read
	// again.
	portion = 4 << 10
	// maxHeader is how long a stream's header is that is used again.
	maxHeader = 512
)

// begin expects elements behind a header.
func (s *side) begin() {
	s.renew()
	io.WriteString(s.sc, s.header)
	s.fed = int64(len(s.header))
	if _, err := s.r.Next(); err != nil {
		panic("capture: a header that was read before is none: " + err.Error())
	}
}

// renew expects a header.
func (s *side) renew() {
	if s.sc == nil {
		s.sc = stanza.NewScanner(stanza.Limits{})
	}
	s.sc.Reset(stanza.Limits{ElementDepth: 2}, stanza.Namespaces{})
	s.r = stanza.NewReader(s.sc)
	s.r.Content = s.log.scope.Content
	s.fed, s.held, s.pieces = 0, nil, nil
	s.heading, s.mended = false, false
}

// done is the first byte that is held.
func (s *side) done() int64 { return s.fed - int64(len(s.held)) }

// open says that an element has begun and not ended.
func (s *side) open() bool { return len(s.held) > 0 }

// hear takes text that stands at a place; it is false when it was broken.
func (s *side) hear(text string, p piece) bool {
	for len(text) > 0 && !s.log.ended {
		n := min(len(text), portion)
		s.feed(text[:n], p)
		if !s.read() {
			return false
		}
		if text = text[n:]; !p.written {
			p.pos += n
		}
	}
	return true
}

func (s *side) feed(text string, p piece) {
	if p.fed = s.fed; !p.written {
		p.end = p.pos + len(text)
	}
	s.pieces = append(s.pieces, p)
	s.held = append(s.held, text...)
	s.fed += int64(len(text))
	io.WriteString(s.sc, text)
	s.forget(0)
}

// forget lets go of n bytes that are held, and of the white space behind them.
func (s *side) forget(n int) {
	for n < len(s.held) && strings.IndexByte(spaces, s.held[n]) >= 0 {
		n++
	}
	s.held = s.held[n:]
	for len(s.pieces) > 1 && s.pieces[1].fed <= s.done() {
		s.pieces = s.pieces[1:]
	}
}

// read gives the elements that are complete.
func (s *side) read() bool {
	for !s.log.ended {
		el, err := s.r.Next()
		var broken *stanza.XMLError
		switch {
		case err == nil:
			s.take(el)
		case errors.Is(err, stanza.ErrMore):
			return true
		case errors.As(err, &broken) && s.heading && !s.mended && lacksNamespaces(string(s.held)):
			s.again(s.renew, s.mend)
		case errors.As(err, &broken) && !s.heading && beginsStream(string(s.held)):
			s.again(s.renew, nil)
			s.heading = true
		case broken != nil:
			s.broken(broken)
			return false
		default:
			return true
		}
	}
	return true
}

// take gives an element.
func (s *side) take(el *stanza.Stanza) {
	end := s.sc.Offset()
	start := end - int64(len(el.XML()))
	if el.Kind() == stanza.StreamOpen {
		s.heading = false
		if s.header = el.XML(); len(s.header) > maxHeader {
			s.header = s.log.header()
		}
	}
	s.log.element(s, el, start, end)
	s.forget(int(end - s.done()))
	if el.Kind() == stanza.StreamClose {
		s.header = s.log.header()
		s.again(s.begin, nil)
	}
}

// again reads what is held once more.
func (s *side) again(begin func(), change func(string, []piece) (string, []piece)) {
	text, pieces := string(s.held), s.pieces
	shift := s.done()
	begin()
	shift = s.fed - shift
	for i := range pieces {
		if p := &pieces[i]; p.fed+shift < s.fed {
			if !p.written {
				p.pos += int(s.fed - p.fed - shift)
			}
			p.fed = s.fed
		} else {
			p.fed += shift
		}
	}
	if change != nil {
		text, pieces = change(text, pieces)
		s.heading, s.mended = true, true
	}
	s.pieces, s.held = pieces, []byte(text)
	s.fed += int64(len(text))
	io.WriteString(s.sc, text)
}

// lacksNamespaces says that a stream's header does not declare what it uses: some programs leave out
// of their logs what they have understood.
func lacksNamespaces(text string) bool {
	tag, _, whole := strings.Cut(text[strings.Index(text, streamTag)+1:], ">")
	return whole && strings.Contains(text, streamTag) && !strings.Contains(tag, "xmlns:stream")
}

const streamTag = "<stream:stream"

// mend puts the namespaces into a header that lacks them.
func (s *side) mend(text string, pieces []piece) (string, []piece) {
	at := strings.Index(text, streamTag) + len(streamTag)
	tag, _, _ := strings.Cut(text[at:], ">")
	missing := " xmlns:stream='" + stanza.NSStream + "'"
	if !strings.Contains(tag, "xmlns=") {
		missing = " xmlns='" + s.log.scope.Content + "'" + missing
	}
	// What stands behind is found in the same piece, or in a later one.
	i := sort.Search(len(pieces), func(i int) bool { return pieces[i].fed > int64(at) }) - 1
	behind := pieces[i]
	if !behind.written {
		behind.pos += at - int(behind.fed)
	}
	added := piece{fed: int64(at), pos: behind.pos, end: behind.pos, written: true}
	if behind.fed = int64(at); behind.written {
		added.end = behind.end
	}
	mended := append(append([]piece{}, pieces[:i+1]...), added)
	for _, p := range append([]piece{behind}, pieces[i+1:]...) {
		p.fed += int64(len(missing))
		mended = append(mended, p)
	}
	return text[:at] + missing + text[at:], mended
}

// finish says that an element that has begun does not go on.
func (s *side) finish() {
	var broken *stanza.XMLError
	if s.open() && !s.log.ended && errors.As(s.sc.Close(), &broken) {
		s.broken(broken)
	}
	s.lost = false
}

// broken gives what is broken, and begins anew.
func (s *side) broken(e *stanza.XMLError) {
	el := s.r.Broken()
	if el == nil {
		fault := *e
		fault.Offset -= s.done()
		el = stanza.NewBroken(string(s.held), fault, stanza.Scope{Content: s.log.scope.Content})
	}
	s.log.broken(s, el, e)
	s.begin()
	s.lost, s.stray = true, true
}

// at is where a byte stands that was fed; ok says that it stands there itself.
func (s *side) at(fed int64) (pos int, ok bool) {
	i := sort.Search(len(s.pieces), func(i int) bool { return s.pieces[i].fed > fed }) - 1
	p := s.pieces[max(i, 0)]
	if p.written {
		return p.pos, false
	}
	return min(p.pos+int(max(fed-p.fed, 0)), p.end), true
}

// behind is where the bytes before that one end.
func (s *side) behind(fed int64) int {
	i := sort.Search(len(s.pieces), func(i int) bool { return s.pieces[i].fed >= fed }) - 1
	p := s.pieces[max(i, 0)]
	if p.written {
		return p.end
	}
	return min(p.pos+int(max(fed-p.fed, 0)), p.end)
}
