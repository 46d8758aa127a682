package disco

import (
	"slices"
	"strings"

	"iqscope/iqbuilder/catalog"
	"iqscope/iqbuilder/stanza"
)

// Answer is whether a target supports a kind of request.
type Answer uint8

// The answers. Unknown is the zero value.
const (
	Unknown Answer = iota
	Yes
	No
)

// Facts are what is known of a target, for Support.
type Facts struct {
	JID stanza.JID // whom; the zero value is one's own account
	Own stanza.JID // one's own address; zero for unknown
	// Info and Host are what the target and its domain say of themselves; nil for what is not known.
	// Much of what an account has is announced by its server alone.
	Info, Host *Info
	Failed     bool // the target was asked, and gave no answer
}

// Facts are what the cache knows of a target.
func (c *Cache) Facts(jid string) Facts {
	f := Facts{}
	c.mu.Lock()
	own := c.own
	c.mu.Unlock()
	f.Own, _ = stanza.ParseJID(own)
	f.JID, _ = stanza.ParseJID(jid)
	if f.JID == f.Own {
		f.JID = stanza.JID{}
	}
	e := c.Get(jid, "")
	if !e.Infos.At.IsZero() && e.Infos.Err == nil {
		f.Info = &e.Info
	}
	f.Failed = e.Infos.Err != nil
	host := f.JID.Host()
	if f.JID.IsZero() {
		host = f.Own.Host()
	}
	if h := c.Get(host.String(), ""); !host.IsZero() && !h.Infos.At.IsZero() && h.Infos.Err == nil {
		f.Host = &h.Info
	}
	return f
}

// Support says whether a target supports a kind, and why in a few words: "announces urn:xmpp:mam:2".
// It is a hint: who does not announce a thing may do it all the same, and the other way round.
func Support(k *catalog.Kind, f Facts) (answer Answer, why string) {
	sorts, fits, feature := f.sorts(), f.Fits(k), k.Payload.Feature
	switch {
	case !fits && k.Service == "" && feature != "" && f.Info != nil && announced(*f.Info, feature):
		return Unknown, "announces " + feature + ", but is " + named(sorts[0]) + "; this is asked of " + anyOf(k.To)
	case !fits:
		return No, "is " + named(sorts[0]) + "; this is asked of " + anyOf(k.To)
	case k.Service != "":
		return f.service(k.Service)
	case feature != "":
		return f.feature(feature)
	case f.announces(k.Payload.Namespace):
		return Yes, "announces " + k.Payload.Namespace
	case strings.HasPrefix(k.Document, "RFC") && slices.Contains(k.To, "account") && f.JID.IsZero():
		return Yes, "has it, as every account does (" + k.Document + ")"
	}
	return Unknown, "nothing is announced for it"
}

// Fits says whether the target is, or may be, what the kind is asked of.
func (f Facts) Fits(k *catalog.Kind) bool {
	sorts := f.sorts()
	return len(k.To) == 0 || slices.ContainsFunc(k.To, func(to string) bool { return slices.Contains(sorts, to) })
}

// service says whether the target is what a service has to be.
func (f Facts) service(want string) (Answer, string) {
	switch {
	case f.Info == nil:
		return Unknown, f.unasked()
	case f.Info.Is(want):
		return Yes, "is a " + want
	case announced(*f.Info, want):
		return Yes, "announces " + want
	case isIdentity(want):
		return No, "is no " + want
	}
	return No, "does not announce " + want
}

// feature says whether the target, or its server for it, announces a feature.
func (f Facts) feature(want string) (Answer, string) {
	byHost := f.ofHost()
	switch {
	case f.Info != nil && announced(*f.Info, want):
		return Yes, "announces " + want
	case want == stanza.NSDiscoInfo && f.Info != nil:
		return Yes, "has answered it"
	case byHost && f.Host != nil && announced(*f.Host, want):
		return Yes, "its server announces " + want
	case f.Info == nil:
		return Unknown, f.unasked()
	case byHost && f.Host == nil:
		return Unknown, "does not announce " + want + ", but its server may"
	}
	return No, "does not announce " + want
}

// announces says whether the target, or its server for it, announces a feature.
func (f Facts) announces(feature string) bool {
	return f.Info != nil && announced(*f.Info, feature) || f.ofHost() && f.Host != nil && announced(*f.Host, feature)
}

func (f Facts) unasked() string {
	if f.Failed {
		return "has not said what it can do"
	}
	return "has not been asked what it can do"
}

// ofHost says that a server answers in the target's name.
func (f Facts) ofHost() bool {
	s := f.sorts()
	return slices.Contains(s, "account") || slices.Contains(s, "contact")
}

// sorts are what the target may be, of catalog.Targets, the likeliest first: by its address, and by
// what it says it is.
func (f Facts) sorts() []string {
	j := f.JID
	switch {
	case j.IsZero(), j == f.Own.Bare():
		return []string{"account", "contact"}
	case f.Info != nil && len(f.Info.Identities) > 0 && j.Resource() == "":
		return f.identified()
	case j.Local() == "" && j.Resource() == "":
		if j == f.Own.Host() {
			return []string{"server", "service"}
		}
		return []string{"service", "server"}
	case j.Resource() == "":
		return []string{"contact", "room", "service"}
	case j.Local() == "":
		return []string{"client", "service"}
	}
	return []string{"client", "occupant"}
}

// identified are the sorts of a bare address that has said what it is.
func (f Facts) identified() []string {
	var sorts []string
	add := func(more ...string) {
		for _, s := range more {
			if !slices.Contains(sorts, s) {
				sorts = append(sorts, s)
			}
		}
	}
	if slices.ContainsFunc(f.Info.Identities, func(id Identity) bool { return id.Category == "server" }) {
		add("server", "service")
	}
	for _, id := range f.Info.Identities {
		switch {
		case id.Category == "server":
		case id.Category == "account":
			add("contact")
		case id.Category == "client":
			add("client")
		case id.Category == "conference" && f.JID.Local() != "":
			add("room")
		case id.Category == "pubsub" && id.Type == "pep" && f.JID.Local() != "":
			add("contact")
		default:
			add("service")
		}
	}
	return sorts
}

// announced says whether a feature is there, or one of its parts, which stand behind a #, as in
// http://jabber.org/protocol/pubsub#publish.
func announced(info Info, feature string) bool {
	return slices.ContainsFunc(info.Features, func(f string) bool {
		return f == feature || len(f) > len(feature) && f[len(feature)] == '#' && strings.HasPrefix(f, feature)
	})
}

// isIdentity tells an identity such as pubsub/service from a feature.
func isIdentity(service string) bool {
	return strings.Count(service, "/") == 1 && !strings.Contains(service, ":")
}

// named is a sort with its article.
func named(sort string) string {
	switch sort {
	case "account":
		return "your own account"
	case "occupant":
		return "an occupant of a room"
	}
	return "a " + sort
}

func anyOf(sorts []string) string {
	var all []string
	for _, s := range sorts {
		all = append(all, named(s))
	}
	if len(all) == 1 {
		return all[0]
	}
	return strings.Join(all[:len(all)-1], ", ") + " or " + all[len(all)-1]
}
