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
	nsPing    = "urn:xmpp:ping"
	nsVersion = "jabber:iq:version"
	nsTime    = "urn:xmpp:time"
)

// A builtin answers one kind of request. Each can be switched off by its name.
type builtin struct {
	name    string
	path    string // of the requests that it answers
	feature string // its namespace; "" for pushes
	answer  func(*Session, *stanza.Stanza) (payload string, err error)
}

// builtins are asked in this order.
func builtins() []builtin {
	return []builtin{
		{"ping", "iq@type=get/ping", nsPing, nothing}, // XEP-0199
		{"disco#info", "iq@type=get/disco_info", stanza.NSDiscoInfo, (*Session).discoInfo},
		{"disco#items", "iq@type=get/disco_items", stanza.NSDiscoItems, discoItems},
		{"version", "iq@type=get/version", nsVersion, (*Session).version},
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

// addBuiltins registers them behind all others.
func (s *Session) addBuiltins() {
	for _, b := range builtins() {
		h := handler.Responder(b.name, handler.MustPath(b.path), func(_ context.Context, in handler.Event) (handler.Answer, error) {
			if b.feature == "" && s.cfg.Negotiate.Component {
				return handler.Pass(), nil // pushes are for accounts
			}
			payload, err := b.answer(s, in.Stanza)
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
		_ = s.registry.Add(h.Fallback()) // the names are ours and differ
	}
}

func nothing(*Session, *stanza.Stanza) (string, error) { return "", nil }

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
func (s *Session) discoInfo(request *stanza.Stanza) (string, error) {
	category, kind := "client", "console"
	if s.cfg.Negotiate.Component {
		category, kind = "component", "generic"
	}
	var b strings.Builder
	b.WriteString("<identity category='" + category + "' type='" + kind + "' name='" + stanza.Escape(s.softwareName()) + "'/>")
	for _, ns := range s.registry.Served() {
		b.WriteString("<feature var='" + stanza.Escape(ns) + "'/>")
	}
	return query(request, b.String())
}

func discoItems(_ *Session, request *stanza.Stanza) (string, error) { return query(request, "") }

// version says which program this is (XEP-0092). The operating system is nobody's
// business.
func (s *Session) version(request *stanza.Stanza) (string, error) {
	content := "<name>" + stanza.Escape(s.softwareName()) + "</name>"
	if v := s.cfg.Software.Version; v != "" {
		content += "<version>" + stanza.Escape(v) + "</version>"
	}
	return "<query xmlns='" + nsVersion + "'>" + content + "</query>", nil
}

func (s *Session) softwareName() string {
	if s.cfg.Software.Name != "" {
		return s.cfg.Software.Name
	}
	return "iqscope"
}

// localTime is ours, with its distance to UTC (XEP-0202).
func localTime(*Session, *stanza.Stanza) (string, error) {
	now := time.Now()
	return "<time xmlns='" + nsTime + "'><tzo>" + now.Format("-07:00") + "</tzo><utc>" +
		now.UTC().Format("2006-01-02T15:04:05Z") + "</utc></time>", nil
}
