package rule

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"iqscope/session/handler"
	"iqscope/session/match"
)

// Registry is what a Book needs of a session, and *session.Session is one. Their methods return
// soon: none waits for the network or for a handler that runs.
type Registry interface {
	Handle(handler.Handler) error
	Replace(handler.Handler) error
	Remove(name string) bool
	Switch(name string, on bool) bool
	Handlers() []handler.Info
}

// Book is the rules of one session in their order: the registry knows only the handlers that were
// made of them. Whoever opens a session opens its book; whoever changes rules does it through the
// book, and then saves it:
//
//	book, err := rule.OpenBook(session, rules, save)
//	...
//	err = book.Add(r) // also Replace, Remove, Switch
//	go func() { failed(book.Save()) }()
//
// Changes are in force at once, saved or not. All methods may be called from any goroutine. Only
// Save waits, for the file; the others are quick enough for a program's update loop.
type Book struct {
	registry Registry
	keys     match.Keys
	save     func([]Rule) error

	// saving is held while rules are being saved, so that one saving follows the other. It is
	// taken before mu, which is never held while the file is written.
	saving sync.Mutex

	mu      sync.Mutex // guards what follows, and keeps it and the registry in step
	rules   []Rule
	texts   map[string]string // of each as it is typed, by name
	changes uint64            // how many there were
	saved   uint64            // how many of them the file has
}

// OpenBook registers the rules with a registry, in their order. Save keeps all rules of the book
// in their order; nil means that they last as long as the session. The error says which rule the
// registry does not take; those before it stay registered.
func OpenBook(registry Registry, rules []Rule, save func([]Rule) error) (*Book, error) {
	b := &Book{registry: registry, keys: match.BasicKeys(), save: save, texts: map[string]string{}}
	for _, r := range rules {
		if err := b.register(r); err != nil {
			return nil, fmt.Errorf("the rule %.60q: %w", r.Name, err)
		}
	}
	return b, nil
}

// Add registers a rule behind those that are there, before the fallbacks. The error is a
// *FieldError, or one of handler.Registry.Add.
func (b *Book) Add(r Rule) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.register(r); err != nil {
		return err
	}
	b.changes++
	return nil
}

func (b *Book) register(r Rule) error {
	h, err := r.Handler(b.keys)
	if err == nil {
		err = b.registry.Handle(h)
	}
	if err != nil {
		return err
	}
	if r.Off {
		b.registry.Switch(r.Name, false)
	}
	b.rules = append(b.rules, r)
	b.texts[r.Name] = r.String()
	return nil
}

// Replace puts a rule in the place of the one of its name, and counts anew. It stays off if that
// was off. The error is a *FieldError, or matches handler.ErrNoHandler when there is no such rule
// any more.
func (b *Book) Replace(r Rule) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.index(r.Name)
	if i < 0 {
		return goneError(r.Name)
	}
	r.Off = b.rules[i].Off
	h, err := r.Handler(b.keys)
	if err == nil {
		err = b.registry.Replace(h)
	}
	if errors.Is(err, handler.ErrNoHandler) {
		return goneError(r.Name)
	}
	if err != nil {
		return err
	}
	if r.Off {
		b.registry.Switch(r.Name, false)
	}
	b.rules[i] = r
	b.texts[r.Name] = r.String()
	b.changes++
	return nil
}

// Remove takes a rule out and reports whether it was in the book. One that the registry has lost
// already leaves the book all the same.
func (b *Book) Remove(name string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.index(name)
	if i < 0 {
		return false
	}
	b.registry.Remove(name)
	b.rules = slices.Delete(b.rules, i, i+1)
	delete(b.texts, name)
	b.changes++
	return true
}

// Switch turns a rule off, or on again. The error matches handler.ErrNoHandler when there is no
// such rule any more.
func (b *Book) Switch(name string, on bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.index(name)
	if i < 0 || !b.registry.Switch(name, on) {
		return goneError(name)
	}
	if b.rules[i].Off == on {
		b.rules[i].Off = !on
		b.changes++
	}
	return nil
}

// index is where a rule stands, -1 for nowhere.
func (b *Book) index(name string) int {
	return slices.IndexFunc(b.rules, func(r Rule) bool { return r.Name == name })
}

// Rules are all rules, in their order.
func (b *Book) Rules() []Rule {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.rules)
}

// Text is the rule of a name as it is typed; "" when there is none.
func (b *Book) Text(name string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.texts[name]
}

// FreeName is a name for a new rule: rule-1, or the first one behind it that nobody in the
// registry has. Until the rule is added somebody else may take it.
func (b *Book) FreeName() string {
	taken := map[string]bool{}
	for _, info := range b.registry.Handlers() {
		taken[info.Name] = true
	}
	for n := 1; ; n++ {
		if name := "rule-" + strconv.Itoa(n); !taken[name] {
			return name
		}
	}
}

// Kept reports whether Save has a place for the rules.
func (b *Book) Kept() bool { return b.save != nil }

// Unsaved reports whether there were changes that the file does not have, because nobody called
// Save, or it is not done, or it failed.
func (b *Book) Unsaved() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.save != nil && b.changes != b.saved
}

// Save keeps the rules as they are when its turn comes, and does nothing if the file has them
// already: however many calls there are, the newest rules are saved last. After an error they are
// still unsaved, and another call tries again.
func (b *Book) Save() error {
	b.saving.Lock()
	defer b.saving.Unlock()
	if !b.Unsaved() {
		return nil
	}
	b.mu.Lock()
	rules, changes := slices.Clone(b.rules), b.changes
	b.mu.Unlock()
	if err := b.save(rules); err != nil {
		return err
	}
	b.mu.Lock()
	b.saved = changes
	b.mu.Unlock()
	return nil
}

// goneError says that there is no rule of a name, or that the registry has lost it.
type goneError string

func (e goneError) Error() string {
	return fmt.Sprintf("there is no %.60s in the registry any more", string(e))
}

func (goneError) Unwrap() error { return handler.ErrNoHandler }
