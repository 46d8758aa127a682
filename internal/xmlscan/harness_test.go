package xmlscan

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reading is everything that a scanner tells about an input. Neighbouring pieces
// of text are put together, since where they are parted depends on the input's.
type reading struct {
	Tokens []readToken
	Err    *Error // what Next said, if it was an error
	Close  *Error
}

type readToken struct {
	Token
	Values []string // of the attributes, decoded
	Text   string   // decoded
	Raw    string
}

// failer is what testing.T and rapid.T share.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// read scans chunks one after the other. With release set it forgets each token
// once seen, so that buffers move as they do on a connection.
func read(t failer, s *Scanner, release bool, chunks ...[]byte) reading {
	t.Helper()
	var got reading
	for _, chunk := range chunks {
		if _, err := s.Write(chunk); err != nil {
			t.Fatalf("Write failed: %v", err)
		}
		err := got.drain(s, release)
		if broken := (*Error)(nil); errors.As(err, &broken) {
			got.Err = broken
			break
		} else if err != ErrMore && err != io.EOF {
			t.Fatalf("Next returned the unexpected error %v", err)
		}
	}
	if err := s.Close(); err != nil {
		got.Close = err.(*Error)
	}
	return got
}

// drain takes tokens until Next has no more.
func (got *reading) drain(s *Scanner, release bool) error {
	for {
		token, err := s.Next()
		if err != nil {
			return err
		}
		one := readToken{Token: *token, Raw: string(s.Bytes(token.Pos, token.End))}
		one.Attr = append([]Attr(nil), token.Attr...)
		for _, a := range token.Attr {
			one.Values = append(one.Values, string(s.AppendValue(nil, a)))
		}
		if token.Kind == Text {
			one.Text = string(s.AppendText(nil, token))
		}
		got.add(one)
		if release {
			s.Release(token.End)
		}
	}
}

func (got *reading) add(one readToken) {
	if n := len(got.Tokens); n > 0 && one.Kind == Text && !one.CDATA {
		last := &got.Tokens[n-1]
		if last.Kind == Text && !last.CDATA && last.Depth == one.Depth {
			last.End = one.End
			last.Ref = last.Ref || one.Ref
			last.Raw += one.Raw
			if one.Depth > 0 {
				last.Text += one.Text
			}
			return
		}
	}
	if one.Depth == 0 {
		one.Text = ""
	}
	got.Tokens = append(got.Tokens, one)
}

// String writes the tokens in short: a[k=v]("text" b()).
func (got reading) String() string {
	var b strings.Builder
	part := func() {
		if s := b.String(); s != "" && !strings.HasSuffix(s, "(") {
			b.WriteByte(' ')
		}
	}
	for _, token := range got.Tokens {
		switch token.Kind {
		case Decl:
			part()
			b.WriteByte('?')
		case Start:
			part()
			b.WriteString(showName(token.Name))
			if len(token.Attr) > 0 {
				var attrs []string
				for i, a := range token.Attr {
					attrs = append(attrs, showName(a.Name)+"="+token.Values[i])
				}
				b.WriteString("[" + strings.Join(attrs, " ") + "]")
			}
			b.WriteByte('(')
		case End:
			b.WriteByte(')')
		case Text:
			if token.Depth > 0 {
				part()
				fmt.Fprintf(&b, "%+q", token.Text)
			}
		}
	}
	return b.String()
}

func showName(n Name) string {
	switch n.Space {
	case "":
		return n.Local
	case NSXML:
		return "xml:" + n.Local
	case NSXMLNS:
		return "xmlns:" + n.Local
	default:
		return "{" + n.Space + "}" + n.Local
	}
}

// split cuts doc into pieces of random length, most of them short.
func split(doc []byte, random *rand.Rand) [][]byte {
	var chunks [][]byte
	for len(doc) > 0 {
		n := min(len(doc), 1+random.IntN(1+random.IntN(12)))
		chunks = append(chunks, doc[:n])
		doc = doc[n:]
	}
	return chunks
}

// readAllWays reads doc whole, byte by byte and in random pieces, and demands
// the same reading each time, which it returns.
func readAllWays(t testing.TB, limits Limits, scope Scope, doc string) reading {
	t.Helper()
	want := read(t, New(limits, scope), false, []byte(doc))
	check := func(how string, got reading) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, the reading of %.200q differs (-whole +%s):\n%s", how, doc, how, diff)
		}
	}
	var bytewise [][]byte
	for i := range len(doc) {
		bytewise = append(bytewise, []byte(doc[i:i+1]))
	}
	check("byte by byte", read(t, New(limits, scope), true, bytewise...))
	check("whole and released", read(t, New(limits, scope), true, []byte(doc)))
	random := rand.New(rand.NewPCG(1, uint64(len(doc))))
	for range 4 {
		check("in random pieces", read(t, New(limits, scope), random.IntN(2) == 0, split([]byte(doc), random)...))
	}
	return want
}
