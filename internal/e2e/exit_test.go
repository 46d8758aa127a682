package e2e

import (
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"iqscope/internal/realserver"
)

func TestExitStatusOfOneRequest(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		heard := silent(t, server)
		version := []string{"--query", "jabber:iq:version", "--to"}
		for _, row := range []struct {
			name      string
			arguments []string
			status    int
			said      string // on standard error; "" for nothing
		}{
			{"result", append(version, "localhost"), 0, ""},
			{"timeout", append(version, server.ComponentHost, "--timeout", "300ms"), 3, "within 300"},
			{"malformed XML", []string{"<iq type='get'></q>"}, 2, "1:18:"},
			{"not an IQ", []string{"<message/>"}, 2, "iq"},
			{"two payloads", []string{"<iq type='get' id='a'><a xmlns='x'/><b xmlns='x'/></iq>"}, 2, "one child"},
			{"nothing to send", nil, 2, "nothing to send"},
			{"a bad address", append(version, "@@"), 2, "@@"},
			{"closed port", append(version, "localhost", "--server", closedPort(t)), 4, "connection refused"},
			{"an authority that is none", append(version, "localhost", "--ca", os.DevNull), 2, "--ca"},
		} {
			t.Run(row.name, func(t *testing.T) {
				c := send(t, server, row.arguments...)
				c.exits(row.status)
				if row.said != "" {
					c.saysOneSentence(row.said)
				} else if c.stderr.Len() > 0 {
					t.Errorf("it says %q", &c.stderr)
				}
			})
		}
		if request := <-heard; request.Type != "get" || !strings.Contains(request.Inner, "jabber:iq:version") {
			t.Errorf("the component heard %+v", request)
		}

		t.Run("error reply", func(t *testing.T) {
			c := send(t, server, append(version, "nobody@localhost/none")...)
			c.exits(1)
			if !strings.Contains(c.stdout.String(), "<service-unavailable") || !strings.Contains(c.stderr.String(), "service-unavailable") {
				t.Errorf("stdout %q, stderr %q", &c.stdout, &c.stderr)
			}
		})
		t.Run("wrong password", func(t *testing.T) {
			_, arguments := alice(server)
			c := iqscope(t, []string{"IQSCOPE_PASSWORD=wrong"}, append(append([]string{"send"}, arguments...), append(version, "localhost")...)...)
			c.exits(4)
			c.saysOneSentence("not-authorized")
		})
	})
}

func TestExitStatusOfWrongUse(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		arguments []string
		said      string
	}{
		{"unknown flag", []string{"send", "--nonsense"}, "--nonsense"},
		{"unknown command", []string{"nonsense"}, "nonsense"},
		{"no account", []string{"send", "--query", "x"}, "no account"},
		{"a password in the arguments", []string{"send", "--password", "x", "--query", "x"}, "there is no --password"},
		{"bad timeout", []string{"send", "--demo", "--timeout", "soon", "--query", "x"}, "timeout"},
		{"bad output", []string{"send", "--demo", "--output", "yaml", "--query", "x"}, "yaml"},
		{"no terminal", nil, "needs a terminal"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := iqscope(t, nil, row.arguments...)
			c.exits(2)
			if first, _, _ := strings.Cut(c.stderr.String(), "\n"); !strings.HasPrefix(first, "iqscope: ") || !strings.Contains(first, row.said) {
				t.Errorf("it says %q", &c.stderr)
			}
		})
	}
}

func TestExitStatusOfAConnectionThatIsLost(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		heard := silent(t, server)
		c := send(t, server, "--query", "x", "--to", server.ComponentHost)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		<-heard
		server.Kill()
		c.hasExited(c.ended(), 5)
		c.saysOneSentence("")
		if strings.Contains(c.stderr.String(), "EOF") {
			t.Errorf("it says %q, which is not plain English", &c.stderr)
		}
	})
}

func TestExitStatusOfAnInterruption(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows sends no interrupts to single processes")
	}
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		heard := silent(t, server)
		for _, more := range [][]string{nil, {"--count", "10", "--window", "3"}} {
			c := send(t, server, append(more, "--query", "x", "--to", server.ComponentHost, "--output", "raw")...)
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			<-heard
			if err := c.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			c.hasExited(c.ended(), 130)
			if c.stdout.Len() > 0 {
				t.Errorf("on standard output there is %q", &c.stdout)
			}
			for len(heard) > 0 {
				<-heard
			}
		}
	})
}

func TestExitStatusOfASeriesIsTheWorst(t *testing.T) {
	onEachServer(t, func(t *testing.T, server *realserver.Server) {
		var asked atomic.Int32
		server.Component(t, func(c *realserver.Component, request realserver.Stanza) {
			switch asked.Add(1) {
			case 1:
				c.Result(request, "")
			case 2:
				c.Send(`<iq type="error" id="%s" from="%s" to="%s"><error type="cancel"><forbidden xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
					request.ID, request.To, request.From)
			}
		})
		// What is answered at all is answered within that.
		series := []string{"--query", "x", "--to", server.ComponentHost, "--window", "3", "--timeout", "5s", "--output", "json"}
		c := send(t, server, append(series, "--count", "2")...)
		c.exits(1)
		asked.Store(0)
		c = send(t, server, append(series, "--count", "3")...)
		c.exits(3)
		lines := strings.Split(strings.TrimSpace(c.stdout.String()), "\n")
		last := object(t, lines[len(lines)-1], summaryKeys)
		if last["ok"] != 1.0 || last["error"] != 1.0 || last["timeout"] != 1.0 {
			t.Errorf("the summary is %v", last)
		}
	})
}
