package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/disco"
)

const (
	// keptAddresses and keptValues are how many are offered: more than anybody goes through.
	keptAddresses, keptValues = 500, 30
	// mostContacts is how many of a roster are: they are gone through at each key.
	mostContacts = 2000
	// mostLooked is how far back the log is looked through for addresses.
	mostLooked = 5000
)

// remembered is what was used and seen in this session: values to choose from in a form. It belongs to
// the update loop; the log is looked through by a command.
type remembered struct {
	m      *Model
	asked  []string            // addresses that were asked, the latest first
	seen   []string            // those in the log, the latest first
	roster []string            // of the last roster that came
	fields map[string][]string // values, by the field's name, the latest first
	upTo   uint64              // of the log, what was looked through
}

// AddressesSeen is the event that the log was looked through.
type AddressesSeen struct {
	addresses, roster []string // the latest first
	upTo              uint64   // of the log
}

// look looks through what has come into the log since the last time.
func (r *remembered) look() tea.Cmd {
	log, from, own := r.m.session.Journal(), r.upTo+1, r.m.known.status.JID
	return func() tea.Msg {
		last := log.Stats().Last
		if last >= mostLooked && from < last-mostLooked+1 {
			from = last - mostLooked + 1
		}
		found := AddressesSeen{upTo: last}
		if from > last {
			return found
		}
		known := map[string]bool{}
		for _, e := range slices.Backward(log.Window(nil, from, int(last-from)+1)) {
			if e.Stanza == nil {
				continue
			}
			for _, address := range []string{e.Stanza.From(), e.Stanza.To()} {
				j, err := stanza.ParseJID(address)
				if err == nil && j.Bare() != own.Bare() && !known[j.String()] && len(known) < keptAddresses {
					known[j.String()] = true
					found.addresses = append(found.addresses, j.String())
				}
			}
			if found.roster == nil && e.Dir == stanza.In && e.Stanza.Type() == stanza.Result && e.Stanza.Payload().Space == nsRoster {
				found.roster = contacts(e.Stanza)
			}
		}
		return found
	}
}

const nsRoster = "jabber:iq:roster"

// contacts are the addresses in a roster (RFC 6121 §2.1).
func contacts(roster *stanza.Stanza) []string {
	root, err := roster.Tree()
	if err != nil {
		return nil
	}
	var all []string
	for _, item := range root.Child(nsRoster, "query").Elements() {
		if jid, ok := item.Attr("jid"); ok && len(all) < mostContacts {
			all = append(all, jid)
		}
	}
	return all
}

// keepFirst puts a value at the head, once.
func keepFirst(all []string, value string, most int) []string {
	all = append([]string{value}, slices.DeleteFunc(slices.Clone(all), func(v string) bool { return v == value })...)
	return all[:min(len(all), most)]
}

// take takes in what was seen.
func (r *remembered) take(msg AddressesSeen) {
	r.upTo = max(r.upTo, msg.upTo)
	for _, address := range slices.Backward(msg.addresses) {
		r.seen = keepFirst(r.seen, address, keptAddresses)
	}
	if msg.roster != nil {
		r.roster = msg.roster
	}
}

// sent remembers what a request was sent with.
func (r *remembered) sent(st *stanza.Stanza, k *catalog.Kind, v catalog.Values) {
	if st.To() != "" {
		r.asked = keepFirst(r.asked, st.To(), keptAddresses)
	}
	if k == nil {
		return
	}
	for i := range k.Fields {
		f := &k.Fields[i]
		if f.Secret || f.Fixed != "" || f.Type == catalog.Form || f.Type == catalog.List {
			continue
		}
		for _, value := range v[f.Name] {
			r.used(f.Name, value)
		}
	}
}

// used remembers a value of what has that name.
func (r *remembered) used(name, value string) {
	if r.fields == nil {
		r.fields = map[string][]string{}
	}
	if value != "" {
		r.fields[name] = keepFirst(r.fields[name], value, keptValues)
	}
}

// past are the values of what has that name, the latest last.
func (r *remembered) past(name string) []string {
	past := slices.Clone(r.fields[name])
	slices.Reverse(past)
	return past
}

// Addresses are those that were asked, one's own, the roster's, and those in the log.
func (r *remembered) Addresses() []string {
	return slices.Concat(r.asked, r.own(), r.roster, r.seen)
}

// own are the addresses of one's own: server, account, client.
func (r *remembered) own() []string {
	own := r.m.known.status.JID
	if own.IsZero() {
		return nil
	}
	return slices.Compact([]string{own.Domain(), own.Bare().String(), own.String()})
}

// discovered are the addresses, or the nodes, among the items of whom the draft is for; addresses also
// among those of one's own server. Nobody is asked for them.
func (r *remembered) discovered(source string) []string {
	cache := r.m.session.Discovered()
	items := cache.Get(r.m.desk.draft.to(), "").Items.List
	found := disco.Nodes(items)
	if source == "disco_items" {
		found = disco.Addresses(append(items[:len(items):len(items)], cache.Get(r.m.known.status.JID.Domain(), "").Items.List...))
	}
	var all []string
	for _, c := range found[:min(len(found), mostContacts)] {
		all = append(all, c.Value)
	}
	return all
}

// Values are those of a field: of its source, then what it was before.
func (r *remembered) Values(_ *catalog.Kind, f *catalog.Field) []string {
	var all []string
	switch f.Source {
	case "roster":
		all = r.roster
	case "own_jid":
		all = r.own()
	case "disco_items", "disco_nodes":
		all = r.discovered(f.Source)
	case "random":
		all = []string{r.m.newID()}
	}
	if f.Secret {
		return all
	}
	return slices.Concat(all, r.fields[f.Name])
}
