package session

import (
	"context"
	"slices"
	"strings"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

// Software is what we say of ourselves. An empty name means iqscope.
type Software struct{ Name, Version string }

// Disco is what service discovery says of us (XEP-0030).
type Disco struct {
	// Category and Type are the identity's; empty ones mean client and console, or component and
	// generic. Its name is the software's.
	Category, Type string
	// Nodes are those that we have: each describes us as a whole, and is repeated in the answer
	// (§3.2). Any other one gets item-not-found.
	Nodes []string
	// Once keeps Session.Presence from being sent again when what we serve has changed.
	Once bool
}

const (
	nsPing     = "urn:xmpp:ping"
	nsVersion  = "jabber:iq:version"
	nsTime     = "urn:xmpp:time"
	nsBlocking = "urn:xmpp:blocking"
)

// A builtin answers one kind of request. Each can be switched off by its name.
type builtin struct {
	name    string
	path    string // of the requests that it answers
	feature string // its namespace; "" for pushes
	answer  func(*self, *stanza.Stanza) (payload string, err error)
}

// builtins are asked in this order.
func builtins() []builtin {
	return []builtin{
		{"ping", "iq@type=get/ping", nsPing, nothing}, // XEP-0199
		{"disco#info", "iq@type=get/disco_info", stanza.NSDiscoInfo, (*self).discoInfo},
		{"disco#items", "iq@type=get/disco_items", stanza.NSDiscoItems, (*self).discoItems},
		{"version", "iq@type=get/version", nsVersion, (*self).version},
		{"time", "iq@type=get/time", nsTime, localTime},
		{"roster-push", "iq@type=set/roster", "", nothing}, // RFC 6121 §2.1.6
		{"block-push", "iq@type=set/{" + nsBlocking + "}block", "", nothing},
		{"unblock-push", "iq@type=set/{" + nsBlocking + "}unblock", "", nothing}, // XEP-0191 §3.3
	}
}

// Builtins names the responders that every session has.
func Builtins() []string {
	var names []string
	for _, b := range builtins() {
		names = append(names, b.name)
	}
	return names
}

// self is what we are to those who ask.
type self struct {
	software  Software
	disco     Disco
	component bool
	served    func() []string // namespaces of the responders that are on
}

// addBuiltins registers them behind all others.
func addBuiltins(registry *handler.Registry, cfg Config) *self {
	we := &self{software: cfg.Software, disco: cfg.Disco, component: cfg.Negotiate.Component, served: registry.Served}
	if we.software.Name == "" {
		we.software.Name = "iqscope"
	}
	for _, b := range builtins() {
		h := handler.Responder(b.name, handler.MustPath(b.path), func(_ context.Context, in handler.Event) (handler.Answer, error) {
			if b.feature == "" && we.component {
				return handler.Pass(), nil // pushes are for accounts
			}
			payload, err := b.answer(we, in.Stanza)
			if err != nil {
				return handler.Answer{}, err
			}
			opts := []iqbuilder.Option{iqbuilder.InReplyTo(in.Stanza)}
			if payload != "" {
				opts = append(opts, iqbuilder.WithPayload(payload))
			}
			return handler.Reply(iqbuilder.Result(opts...))
		})
		if b.feature != "" {
			h = h.Serving(b.feature)
		}
		_ = registry.Add(h.Fallback()) // the names are ours and differ
	}
	return we
}

func nothing(*self, *stanza.Stanza) (string, error) { return "", nil }

// query is a payload in the request's namespace that mirrors the request's node, if we have it
// (XEP-0030 §3.2, §4.2).
func (we *self) query(request *stanza.Stanza, content string) (string, error) {
	tree, err := request.Tree()
	if err != nil {
		return "", err
	}
	mirrored := ""
	if node, ok := tree.Child(request.Payload().Space, request.Payload().Local).Attr("node"); ok && node != "" {
		if !slices.Contains(we.disco.Nodes, node) && node != capsNode+"#"+we.caps() {
			return "", handler.Refuse("item-not-found")
		}
		mirrored = " node='" + stanza.Escape(node) + "'"
	}
	return "<query xmlns='" + request.Payload().Space + "'" + mirrored + ">" + content + "</query>", nil
}

// discoInfo says what we are, and where the responders that are on are at home
// (XEP-0030).
func (we *self) discoInfo(request *stanza.Stanza) (string, error) {
	category, kind := we.identity()
	var b strings.Builder
	b.WriteString("<identity category='" + stanza.Escape(category) + "' type='" + stanza.Escape(kind) + "' name='" + stanza.Escape(we.software.Name) + "'/>")
	for _, ns := range we.features() {
		b.WriteString("<feature var='" + stanza.Escape(ns) + "'/>")
	}
	return we.query(request, b.String())
}

func (we *self) discoItems(request *stanza.Stanza) (string, error) { return we.query(request, "") }

// version says which program this is (XEP-0092). The operating system is nobody's
// business.
func (we *self) version(request *stanza.Stanza) (string, error) {
	content := "<name>" + stanza.Escape(we.software.Name) + "</name>"
	if v := we.software.Version; v != "" {
		content += "<version>" + stanza.Escape(v) + "</version>"
	}
	return "<query xmlns='" + nsVersion + "'>" + content + "</query>", nil
}

// localTime is ours, with its distance to UTC (XEP-0202).
func localTime(*self, *stanza.Stanza) (string, error) {
	now := time.Now()
	return "<time xmlns='" + nsTime + "'><tzo>" + now.Format("-07:00") + "</tzo><utc>" +
		now.UTC().Format("2006-01-02T15:04:05Z") + "</utc></time>", nil
}
