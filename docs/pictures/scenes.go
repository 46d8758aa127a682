package main

import "time"

// A step is what a person does, and what is on the screen when it is done.
type step struct {
	keys   []string // by tmux's names
	pastes string   // instead of keys
	waits  string   // for this text; empty waits for nothing
	pauses time.Duration
	shows  float64 // seconds of an animation for which this is seen; 0 is not in it
}

// A scene is a picture: how one comes to it from the first frame of the program, on the built-in
// server.
type scene struct {
	name, title   string
	width, height int
	steps         []step
}

// asks are the steps to a request in the composer, in place of what is there.
func asks(xml string) []step {
	return []step{{keys: []string{"M-1"}}, {keys: []string{"Enter"}}, {keys: []string{"M-a"}}, {pastes: xml, pauses: 500 * time.Millisecond}}
}

const (
	toLiar = "<iq type='get' to='liar@bots.demo.localhost'\n    id='who'>\n  <query xmlns='jabber:iq:version'/>\n</iq>"
	toSlow = "<iq type='get' to='delay-3@bots.demo.localhost'\n    id='slow'>\n  <query xmlns='jabber:iq:version'/>\n</iq>"
)

var scenes = []scene{
	{"main", "iqscope: a question and its answer", 120, 36, []step{
		{keys: []string{"M-Enter"}, waits: "✓ result"},
		{keys: []string{"M-2"}},
	}},
	{"forged", "iqscope: a forged reply, refused beside the true one", 120, 36, append(asks(toLiar),
		step{keys: []string{"M-Enter"}, waits: "✓ result"},
		step{keys: []string{"M-2"}},
		step{keys: []string{"j"}, waits: "wrong-sender"},
	)},
	{"catalogue", "iqscope: finding what can be asked", 120, 36, []step{
		{keys: []string{"F2"}, waits: "Requests"},
		{keys: []string{"r", "o", "o", "m"}},
	}},
	{"discovery", "iqscope: what a server is, can do and has", 120, 36, []step{
		{keys: []string{"F9"}, waits: "ITEMS"},
	}},
	{"narrow", "iqscope at 80×24", 80, 24, []step{
		{keys: []string{"M-Enter"}, waits: "✓ result"},
		{keys: []string{"M-2"}},
	}},
	{"strip", "iqscope: compose, send, watch it wait, see what came back", 100, 30, append(asks(toSlow),
		step{waits: "delay-3@bots", shows: 2},
		step{keys: []string{"M-Enter"}, waits: "1 pending", shows: 1},
		step{pauses: 900 * time.Millisecond, shows: 1},
		step{pauses: 1000 * time.Millisecond, shows: 1},
		step{keys: []string{"M-2"}, waits: "✓ result", shows: 4},
	)},
}
