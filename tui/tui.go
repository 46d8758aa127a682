// Package tui is the terminal program: a composer, the requests that wait, the log of everything
// that went over the wire, and an inspector, on one screen.
//
// The root model here is the only one that Bubble Tea knows. The panes are in packages of their
// own, know nothing of each other, and of the network know the session alone. The rules that keep
// it quick and testable:
//
//   - What is shown changes in Update only. Commands do what takes time, and come back as events in the past tense ([RequestStarted]).
//   - The session is asked what is new at most [framesPerSecond] times a second, however much comes in.
//   - Keys become actions (package keys) before anything looks at them. Help and footer come from the same map.
//   - Nothing remote reaches the screen except as safetext.Text.
//   - When nothing waits and nothing comes in, no timer runs and nothing is written.
package tui

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/history"
	"iqscope/internal/config"
	"iqscope/internal/record"
	"iqscope/internal/safetext"
	"iqscope/iqbuilder"
	"iqscope/iqbuilder/catalog"
	"iqscope/session"
	"iqscope/session/rule"
	"iqscope/themes"
	"iqscope/tui/clipboard"
	"iqscope/tui/input"
	"iqscope/tui/painter"
)

// Options of the program. Session, Connect and Theme are required.
type Options struct {
	Session *session.Session
	// Connect goes online. It is called at the start and whenever the user wants to reconnect, and
	// may take its time.
	Connect func(context.Context) error
	// Password takes another password, for the connections that are made from now on, when the
	// server has refused the one before; nil where there is none to be given. It may be called while
	// a connection is being made.
	Password func(string)
	Theme    themes.Theme
	// Themes are those that can be chosen; nil means the built-in ones. OwnThemes reads the user's
	// own anew and KeepTheme notes a choice for the next start, both beside the screen; nil means
	// that there are none, and that it is not noted. ThemeNamedBy says where a theme is named that
	// goes before what is noted; empty for nowhere.
	Themes       *themes.Collection
	OwnThemes    func() ([]themes.Own, error)
	KeepTheme    func(name string) error
	ThemeNamedBy string
	// Notices are said at the start.
	Notices []string
	// Keys are chosen keys, by the names of actions; an action that is not named keeps its own. See
	// [CheckKeys] for what may be wrong with them.
	Keys map[string][]string
	// Server names a server that is not the account's own in the status line, "built-in server"
	// say, and Hint what is worth knowing of it, such as an account and its password. Both may be
	// empty.
	Server, Hint string
	// Draft is in the composer at the start; empty means a question to the account's server about
	// what it can do. The caller's id in it is kept.
	Draft string
	// Sends are the flags with which iqscope send reaches the same account, for command lines that
	// are copied. They hold no secret.
	Sends []string
	// Rules is the session's book of rules, which is saved after each change that the user makes;
	// nil means an empty one whose rules last until the program ends.
	Rules *rule.Book
	// Kinds reads what can be asked, one's own files included, beside the screen; nil means what is
	// built in. What it returns with an error is used all the same.
	Kinds func() (*catalog.Catalog, error)
	// StrictFields refuses filters and rules whose match is likely misspelt, instead of a warning.
	StrictFields bool
	// Welcome shows whoever has not seen it a card with things to try on the built-in server.
	Welcome bool
	// Accounts reads which accounts the screen can go on as; nil for no other. See [Switch].
	Accounts func() ([]Account, error)
	// History is what is kept of earlier exchanges, which the screen opens once it is there; nil for
	// none. Whoever made it tells it what ends, and closes it.
	History *history.History
	// Record begins a recording in a file; nil where none can be made. Recording is one that runs
	// already; nil for none. Whoever made them ends them.
	Record    func(path string) (*record.Recording, error)
	Recording *record.Recording
	// Offline is a recording that is shown in place of the session, which is never connected then;
	// nil for none.
	Offline *Offline
	// Bare says in the status line that nothing is sent unasked.
	Bare bool
	// Unasked lets the screen ask whom a request is chosen for what they can do.
	Unasked bool
	// Watched says that a panic may end the process, since somebody else restores the terminal then.
	// Else Bubble Tea does, as far as the panic is in what it runs.
	Watched bool
	// Input and Output are the terminal; nil means the process's own. Keys are told from text
	// (package input) where Input is an [input.Terminal]. Typed is what came from there before.
	Input  io.Reader
	Typed  []byte
	Output io.Writer
}

// Run shows the screen until the user quits or the context ends. The session stays open. The error is
// a [*Switch] if the user wants to go on as another account, or else says why the terminal cannot be used, or why the context ended.
func Run(ctx context.Context, o Options) error {
	bound, problems := Keys().Rebind(o.Keys)
	if problems != nil {
		return problems[0]
	}
	book := o.Rules
	if book == nil {
		book, _ = rule.OpenBook(o.Session, nil, nil) // an empty one cannot be refused
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the commands that wait for the session
	output := o.Output
	if output == nil {
		output = os.Stdout
	}
	output = clipboard.Share(output)
	screen := painter.New(output)
	defer screen.Close()
	state, _ := config.StateDir(os.Getenv) // without one, copies go where temporary files do
	memory, remember, forgotten := recall(state)
	logs, tape := "", o.tape(state)
	if state != "" {
		logs = filepath.Join(state, "logs")
		state = filepath.Join(state, "copied")
	}
	// Signals end ctx; Bubble Tea would take them for the user's own quitting.
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithAltScreen(), tea.WithFPS(1), tea.WithOutput(screen)}
	var program *tea.Program
	from, reader, err := o.input(func(msg tea.Msg) { program.Send(msg) })
	if err != nil {
		return fmt.Errorf("the terminal cannot be read: %w", err)
	}
	if reader != nil {
		defer reader.Close()
	}
	control := newJobControl(ctx, reader)
	shown := &firstFrame{shown: make(chan struct{})}
	past, rings := o.pastExchanges(ctx)
	m := newModel(setup{
		session:      o.shown(ctx),
		recording:    o.Offline,
		tape:         tape,
		connect:      func() error { return o.Connect(ctx) },
		password:     o.Password,
		copy:         clipboard.Clipboard{Context: ctx, Out: output, Getenv: os.Getenv, Dir: state},
		theme:        o.Theme,
		themes:       wardrobe{all: o.Themes, read: o.OwnThemes, keep: o.KeepTheme, named: o.ThemeNamedBy},
		notices:      o.Notices,
		keys:         bound,
		server:       safetext.CleanLine(o.Server),
		hint:         safetext.CleanLine(o.Hint),
		draft:        o.Draft,
		sends:        o.Sends,
		accounts:     o.Accounts,
		welcome:      o.Welcome,
		bare:         o.Bare,
		unasked:      o.Unasked,
		strict:       o.StrictFields,
		book:         book,
		loadKinds:    o.Kinds,
		shelf:        templateShelf(),
		logs:         logs,
		memory:       memory,
		remember:     remember,
		jobs:         control.jobs(),
		now:          time.Now,
		after:        func(d time.Duration, msg tea.Msg) tea.Cmd { return waitForTime(ctx, d, msg) },
		changed:      waitForChange(ctx, o.Session.Changed(), framesPerSecond, SessionChanged{}),
		newID:        iqbuilder.NewID,
		ctx:          ctx,
		history:      past,
		historyRings: rings,
		firstFrame:   shown.wait(ctx),
	})
	if o.History != nil {
		m.keepSeries = o.History.KeepSeries
	}
	if forgotten != nil {
		m.notice.complain(forgotten)
	}
	if o.Watched {
		options = append(options, tea.WithoutCatchPanics())
	}
	program = tea.NewProgram(onScreen{m, screen, shown}, append(options, tea.WithInput(from))...)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer cancel()
	watching.Go(func() { control.watch(program.Send) })
	_, err = program.Run()
	switch {
	case err == nil && m.switched != nil:
		return m.switched
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return fmt.Errorf("the screen failed: %w", err)
}

// onScreen is the root model, with its frames painted by ourselves.
type onScreen struct {
	*Model
	screen painter.Painter
	shown  *firstFrame
}

// firstFrame tells when the first frame has been shown.
type firstFrame struct {
	shown chan struct{}
	once  sync.Once
}

// wait returns a command that waits for it.
func (f *firstFrame) wait(ctx context.Context) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-ctx.Done():
			return nil
		case <-f.shown:
			return FirstFrameShown{}
		}
	}
}

// Update takes an event in.
func (o onScreen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.WindowSizeMsg); ok {
		o.screen.Anew()
	}
	_, cmd := o.Model.Update(msg)
	return o, cmd
}

// View has the screen painted. What it returns is always the same, so that Bubble Tea has nothing to
// write.
func (o onScreen) View() string {
	view := o.Model.View()
	o.screen.Show(view)
	if view != "" {
		o.shown.once.Do(func() { close(o.shown.shown) })
	}
	return ""
}

// pastExchanges is what the history says, and what waits for it to change; nil without one.
func (o Options) pastExchanges(ctx context.Context) (pastExchanges, tea.Cmd) {
	if o.History == nil {
		return nil, nil
	}
	return o.History, waitForChange(ctx, o.History.Changed(), changesPerSecond, HistoryChanged{})
}

// recall reads what is remembered of the screen; the error says why that is nothing.
func recall(state string) (screenMemory, config.Screen, error) {
	if state == "" {
		return nil, config.Screen{}, nil
	}
	path := config.ScreenFile(state)
	screen, err := config.LoadScreen(path)
	return screenFile(path), screen, err
}

// templateShelf is the folder of the user's templates; nil where there is none.
func templateShelf() shelf {
	dir, err := config.TemplatesDir(os.Getenv)
	if err != nil {
		return nil
	}
	return folder(dir)
}

// input is what Bubble Tea reads, and our own reader of it; nil where Bubble Tea reads no bytes, but
// events of the system.
func (o Options) input(send func(tea.Msg)) (io.Reader, *input.Reader, error) {
	from := o.Input
	if from == nil {
		from = os.Stdin
	}
	terminal, ok := from.(input.Terminal)
	if !ok || runtime.GOOS == "windows" {
		return from, nil, nil
	}
	reader, err := input.New(terminal, o.Typed, send)
	return reader, reader, err
}

// framesPerSecond is how often at most the session is asked what is new. What the user does is shown
// at once.
const framesPerSecond = 30

// waitForTime returns a command that delivers an event after a while. Unlike Bubble Tea's own it
// ends with the context.
func waitForTime(ctx context.Context, d time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
			return msg
		}
	}
}

// waitForChange returns a command that waits until something has changed, and tells of that so often in
// a second at most.
func waitForChange(ctx context.Context, changed <-chan struct{}, perSecond time.Duration, msg tea.Msg) tea.Cmd {
	pause := waitForTime(ctx, time.Second/perSecond, nil)
	return func() tea.Msg {
		pause()
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			return msg
		}
	}
}
