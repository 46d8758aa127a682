package stanza

import (
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"iqscope/internal/xmlscan"
)

func TestTheBrokenElementIsWhatIsNotReadYet(t *testing.T) {
	for _, n := range []int{1, 3, 1000} {
		input := clientHeader + "<presence/>\n <iq id='é'>\n<p:a/></iq><message/>"
		r, sc := newReader("")
		for {
			_, err := r.Next()
			switch {
			case err == nil:
				continue
			case errors.Is(err, ErrMore) && input != "":
				k := min(n, len(input))
				io.WriteString(sc, input[:k])
				input = input[k:]
				continue
			}
			break
		}
		b := r.Broken()
		if b == nil || b.Kind() != Broken || !strings.HasPrefix("<iq id='é'>\n<p:a/></iq><message/>", b.XML()) || !strings.HasPrefix(b.XML(), "<iq id='é'>\n<p:a") {
			t.Fatalf("in pieces of %d it is %v", n, b)
		}
		if f := b.Fault(); f.Rule != xmlscan.RuleUnboundPrefix || f.Line != 2 || f.Column != 2 || b.XML()[f.Offset:][:3] != "p:a" {
			t.Errorf("in pieces of %d its fault is %v at %d", n, f, f.Offset)
		}
		if b.ID() != "é" || b.Name() != (Name{Space: NSClient, Local: "iq"}) || b.Pretty(10) != b.XML() || b.Err() != nil {
			t.Errorf("it has the id %q and the name %v", b.ID(), b.Name())
		}
		b.Fault().Detail = "changed"
		if b.Fault().Detail == "changed" {
			t.Error("its fault can be changed")
		}
	}
}

func TestNothingIsBrokenBetweenElements(t *testing.T) {
	for _, input := range []string{"", " \n", clientHeader, clientHeader + "<presence/> ", clientHeader + streamEnd + "\n"} {
		r, _ := newReader(input)
		var err error
		for err == nil {
			_, err = r.Next()
		}
		if b := r.Broken(); b != nil {
			t.Errorf("behind %q: %q", input, b.XML())
		}
	}
}

// Whatever the bytes are, what is kept begins as they do, is cut at no character, and holds its fault.
func TestWhatIsBrokenMayBeAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
			rapid.Map(rapid.IntRange(0, 400), func(n int) string { return "<iq>" + strings.Repeat("aé€😀", n) })).Draw(t, "xml")
		at := rapid.Int64Range(-1, int64(len(raw))+1).Draw(t, "at")
		b := NewBroken(raw, XMLError{Rule: "r", Offset: at}, ClientScope())
		xml, f := b.XML(), b.Fault()
		if !strings.HasPrefix(raw, xml) || f.Offset < 0 || int(f.Offset) > len(xml) || len(xml) > int(f.Offset)+BehindFault {
			t.Fatalf("of %q remains %q with a fault at %d", raw, xml, f.Offset)
		}
		if utf8.ValidString(raw) && !utf8.ValidString(xml) {
			t.Fatalf("%q is cut inside a character", xml)
		}
		if f.Line < 1 || f.Column < 1 {
			t.Fatalf("the fault is at %d:%d", f.Line, f.Column)
		}
		if b.Tree(); b.IsRequest() || b.IsReply() {
			t.Fatal("it is taken for an IQ")
		}
	})
}

// RFC 6120 §4.8.3: the default namespace may be that of streams, and each stanza's its own.
func TestAStreamMayLeaveTheContentNamespaceToItsStanzas(t *testing.T) {
	for given, content := range map[string]string{"": NSClient, NSComponent: NSComponent} {
		r, _ := newReader("<stream xmlns='" + NSStream + "' id='s1' version='1.0'><features/>" +
			"<iq xmlns='" + content + "' type='error' id='1'><error type='cancel'><gone xmlns='" + NSStanzas + "'/></error></iq><iq/></stream>")
		r.Content = given
		var kinds []Kind
		var all []*Stanza
		for {
			s, err := r.Next()
			if err != nil {
				if err != io.EOF {
					t.Error(err)
				}
				break
			}
			kinds, all = append(kinds, s.Kind()), append(all, s)
		}
		if len(kinds) != 5 || kinds[0] != StreamOpen || kinds[1] != Element || kinds[2] != IQ || kinds[3] != Element || kinds[4] != StreamClose {
			t.Fatalf("%s: read %v", content, kinds)
		}
		if r.Header().Content != content || all[1].Name() != (Name{Space: NSStream, Local: "features"}) || all[2].Err() == nil || all[2].Err().Condition != "gone" {
			t.Errorf("%s: the header says %+v, the error is %v", content, r.Header(), all[2].Err())
		}
		r.Restart()
		if r.Content != given {
			t.Error("a restart forgets the content namespace")
		}
	}
}

// Fault 15.
func TestAStreamInsideAStreamEndsIt(t *testing.T) {
	r, _ := newReader(clientHeader + "<presence/><stream:stream id='s2'>")
	r.Next()
	r.Next()
	var broken *XMLError
	if _, err := r.Next(); !errors.As(err, &broken) || broken.Rule != RuleNestedStream || broken.Condition != BadFormat {
		t.Errorf("read %v", err)
	}
	if b := r.Broken(); b == nil || b.XML() != "<stream:stream id='s2'>" || b.ID() != "s2" {
		t.Errorf("shown is %v", b)
	}
}
