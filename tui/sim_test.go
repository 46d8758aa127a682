package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/internal/safetext"
	"iqscope/session/rule"
	"iqscope/themes"
	"iqscope/tui/clipboard"
	"iqscope/tui/input"
)

// sim drives the root model the way a person does, by keys and by waiting, with a clock and a
// session of its own. Commands run at once, in order.
type sim struct {
	t      *testing.T
	m      *Model
	fake   *fakeSession
	clock  time.Time
	timers []timer
	ids    int
	quit   bool
	copies *fakeCopier

	stepped func(tea.Msg, time.Duration) // is told how long the loop took to take an event in and to draw; nil for nobody
	watch   func() time.Duration         // measures that
}

// fakeCopier keeps what was copied, and says that it is where the test wants it to be.
type fakeCopier struct {
	text  string
	where clipboard.Where
	err   error
}

func (f *fakeCopier) Copy(text string) (clipboard.Where, error) {
	f.text = text
	return f.where, f.err
}

func (f *fakeCopier) Write(text string) (string, error) {
	f.text = text
	return "/state/copied/1.xml", f.err
}

type timer struct {
	at  time.Time
	msg tea.Msg
}

// noon is when every test begins.
var noon = time.Date(2026, 11, 22, 12, 1, 2, 123e6, time.UTC)

func start(t *testing.T, width, height int, change ...func(*setup)) *sim {
	t.Helper()
	s := &sim{t: t, clock: noon, copies: &fakeCopier{}}
	now := func() time.Time { return s.clock }
	s.fake = newFakeSession(t, now)
	options := setup{
		session: s.fake,
		connect: s.fake.connect,
		copy:    s.copies,
		theme:   themes.Plain(),
		server:  safetext.Const("built-in server"),
		hint:    safetext.Const("juliet, password c4pulet"),
		sends:   []string{"--demo"},
		bare:    true,
		history: newFakeHistory(5),
		now:     now,
		after: func(d time.Duration, msg tea.Msg) tea.Cmd {
			s.timers = append(s.timers, timer{s.clock.Add(d), msg})
			return nil
		},
		newID: func() string { s.ids++; return "q" + strings.Repeat("0", 3) + string(rune('0'+s.ids%10)) },
	}
	for _, c := range change {
		c(&options)
	}
	if options.book == nil {
		options.book, _ = rule.OpenBook(s.fake, nil, nil)
	}
	s.m = newModel(options)
	s.run(s.m.Init())
	s.send(tea.WindowSizeMsg{Width: width, Height: height})
	if options.firstFrame == nil {
		s.send(FirstFrameShown{})
	}
	return s
}

func (s *sim) send(msg tea.Msg) {
	if s.stepped == nil {
		_, cmd := s.m.Update(msg)
		s.run(cmd)
		return
	}
	began := s.watch()
	_, cmd := s.m.Update(msg)
	s.m.View()
	s.stepped(msg, s.watch()-began)
	s.run(cmd)
}

func (s *sim) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		s.quit = true
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	default:
		s.send(msg)
	}
}

// sized is the event that the terminal has another size.
func sized(width, height int) tea.Msg { return tea.WindowSizeMsg{Width: width, Height: height} }

// press presses keys by their names.
func (s *sim) press(names ...string) {
	s.t.Helper()
	for _, name := range names {
		s.send(keyNamed(s.t, name))
	}
}

// typing types text character by character; paste pastes it at once.
func (s *sim) typing(text string) {
	for _, r := range text {
		s.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

func (s *sim) paste(text string) {
	s.send(input.Mixed{On: true})
	s.send(input.Text{Text: text})
	s.send(input.Mixed{On: false})
	s.wait(afterText)
}

// happens lets something happen in the session, which then says that it changed.
func (s *sim) happens(what func(*fakeSession)) {
	what(s.fake)
	s.send(SessionChanged{})
}

// wait lets time pass, and fires the timers that are due.
func (s *sim) wait(d time.Duration) {
	end := s.clock.Add(d)
	for {
		slices.SortStableFunc(s.timers, func(a, b timer) int { return a.at.Compare(b.at) })
		if len(s.timers) == 0 || s.timers[0].at.After(end) {
			break
		}
		due := s.timers[0]
		s.timers = s.timers[1:]
		s.clock = due.at
		s.send(due.msg)
	}
	s.clock = end
}

func keyNamed(t *testing.T, name string) tea.KeyMsg {
	t.Helper()
	base, alt := strings.CutPrefix(name, "alt+")
	for kt := tea.KeyType(-100); kt < 128; kt++ {
		if kt != tea.KeyRunes && base != "" && (tea.Key{Type: kt}).String() == base {
			return tea.KeyMsg{Type: kt, Alt: alt}
		}
	}
	if r := []rune(base); len(r) == 1 {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: r, Alt: alt}
	}
	t.Fatalf("there is no key %q", name)
	return tea.KeyMsg{}
}

// pasteMessage is a paste as Bubble Tea tells of it.
func pasteMessage(text string) tea.Msg {
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true}
}
