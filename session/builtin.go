package session

import (
	"context"
	"strings"
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/handler"
)

// Software is what we say of ourselves. An empty name means iqscope.
type Software struct{ Name, Version string }

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
		{"disco#items", "iq@type=get/disco_items", stanza.NSDiscoItems, discoItems},
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
	component bool
	served    func() []string // namespaces of the responders that are on
}

// addBuiltins registers them behind all others.
func addBuiltins(registry *handler.Registry, cfg Config) {
	we := &self{software: cfg.Software, component: cfg.Negotiate.Component, served: registry.Served}
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
}

func nothing(*self, *stanza.Stanza) (string, error) { return "", nil }

// query is a payload in the request's namespace that mirrors the request's node
// (XEP-0030 §3.2, §4.2).
func query(request *stanza.Stanza, content string) (string, error) {
	tree, err := request.Tree()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("<query xmlns='" + request.Payload().Space + "'")
	if payload := tree.Child(request.Payload().Space, request.Payload().Local); payload != nil {
		if node, ok := payload.Attr("node"); ok {
			b.WriteString(" node='" + stanza.Escape(node) + "'")
		}
	}
	b.WriteString(">" + content + "</query>")
	return b.String(), nil
}

// discoInfo says what we are, and where the responders that are on are at home
// (XEP-0030).
func (we *self) discoInfo(request *stanza.Stanza) (string, error) {
	category, kind := "client", "console"
	if we.component {
		category, kind = "component", "generic"
	}
	var b strings.Builder
	b.WriteString("<identity category='" + category + "' type='" + kind + "' name='" + stanza.Escape(we.software.Name) + "'/>")
	for _, ns := range we.served() {
		b.WriteString("<feature var='" + stanza.Escape(ns) + "'/>")
	}
	return query(request, b.String())
}

func discoItems(_ *self, request *stanza.Stanza) (string, error) { return query(request, "") }

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
