package cli

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"iqscope/session/demo"
)

// moody is a way to a server that forwards until it does not: nothing up once it took so many
// bytes, nothing down once it is silent.
type moody struct {
	addr   string
	most   int64 // up; 0: any number
	up     atomic.Int64
	silent atomic.Bool
}

func (m *moody) start(t *testing.T, to string) *moody {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = listener.Addr().String()
	over := make(chan struct{})
	t.Cleanup(func() { listener.Close(); <-over })
	go func() {
		defer close(over)
		client, err := listener.Accept()
		if err != nil {
			return
		}
		defer client.Close()
		server, err := net.Dial("tcp", to)
		if err != nil {
			t.Error(err)
			return
		}
		defer server.Close()
		down := make(chan struct{})
		go func() {
			defer close(down)
			pass(server, client, func(int) bool { return !m.silent.Load() })
		}()
		pass(client, server, func(n int) bool { return m.up.Add(int64(n)) < m.most || m.most == 0 })
		if m.most > 0 {
			<-t.Context().Done() // and takes no more
		}
		server.Close()
		<-down
	}()
	return m
}

// pass copies what may pass, and reads on silently when nothing may any more.
func pass(from io.Reader, to io.Writer, may func(n int) bool) {
	part := make([]byte, 1<<15)
	for {
		n, err := from.Read(part)
		if err != nil || !may(n) {
			return
		}
		if _, err := to.Write(part[:n]); err != nil {
			return
		}
	}
}

// words tells what had gone up when the first of them came.
type words struct {
	bytes.Buffer
	way *moody
	at  int64
}

func (w *words) Write(p []byte) (int, error) {
	if w.Len() == 0 {
		w.at = w.way.up.Load()
	}
	return w.Buffer.Write(p)
}

func TestATimeoutIsToldBeforeTheGoodbye(t *testing.T) {
	s := server(t)
	jid, asked := romeo(t, s)
	way := new(moody).start(t, s.Addr())
	go func() {
		select {
		case <-asked:
			way.silent.Store(true)
		case <-t.Context().Done():
		}
	}()
	said := &words{way: way}
	args := append(flags(t, s), "--server", way.addr, "--tls", "starttls", "send", "--timeout", "1", "<iq type='get' id='1' to='"+jid+"'><x xmlns='x'/></iq>")
	code := call{args: args, env: []string{"IQSCOPE_PASSWORD=" + demo.Password}}.runTo(t.Context(), io.Discard, said)
	if code != exitTimeout || !strings.Contains(said.String(), "no reply") {
		t.Fatalf("exit code %d, stderr %q", code, said)
	}
	if end := way.up.Load(); end <= said.at {
		t.Errorf("the goodbye was sent before the words came: %d bytes had gone up then, %d at the end", said.at, end)
	}
	if goodbye > 500*time.Millisecond {
		t.Errorf("the goodbye may take %v", goodbye)
	}
}

func TestASeriesThatNobodyTakesIsNotSentInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	s := server(t)

	large := "<iq type='get' id='1' to='" + demo.Domain + "'><x xmlns='x'>" + strings.Repeat("x", 900_000) + "</x></iq>"
	for _, format := range outputs {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			way := (&moody{most: 1 << 17}).start(t, s.Addr())
			r := call{
				args:  append(flags(t, s), "--server", way.addr, "--tls", "starttls", "send", "--timeout", "2", "--count", "30", "--window", "30", "--output", format),
				stdin: large, env: []string{"IQSCOPE_PASSWORD=" + demo.Password},
			}.run(t.Context())
			if r.code != exitTimeout || strings.Contains(r.stderr, "%!") {
				t.Errorf("exit code %d, stderr %q", r.code, r.stderr)
			}
			if format == outputJSON && !strings.Contains(r.stdout, "its time was up before the socket took it") {
				t.Error("no line says that a request was not sent in time")
			}
		})
	}
}
