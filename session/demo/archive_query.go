package demo

import (
	"time"

	"iqscope/iqbuilder"
	"iqscope/iqbuilder/stanza"
)

// nsArchive is XEP-0313's.
const nsArchive = "urn:xmpp:mam:2"

// archiveQuery gives an account its archive, page by page (XEP-0313).
type archiveQuery struct{ server *Server }

func (archiveQuery) offer() offer {
	return offer{payloads: named(nsArchive, "query"), types: getSet, at: []entity{self}, features: []string{nsArchive}}
}

// archiveFields can be searched by (XEP-0313 §4.1).
var archiveFields = []field{
	{name: "FORM_TYPE", typ: "hidden", values: []string{nsArchive}},
	{name: "with", typ: "jid-single"},
	{name: "start", typ: "text-single"},
	{name: "end", typ: "text-single"},
}

func (a archiveQuery) answer(q *query) answer {
	if q.iq.Type() == stanza.Get {
		return answer{payload: "<query xmlns='" + nsArchive + "'>" + form{typ: "form", fields: archiveFields}.xml() + "</query>"}
	}
	fits, wrong := readArchiveFilter(readForm(q.payload()))
	if wrong != nil {
		return answer{err: wrong}
	}
	wish, paged, err := readPage(q.payload())
	if err != nil {
		return answer{err: err}
	}
	if !paged {
		wish = pageWish{limited: true, max: pageSize}
	}
	found := a.server.archive.of(q.from.Local(), fits)
	p, err := wish.cut(found)
	if err != nil {
		return answer{err: err}
	}
	queryID, _ := q.payload().Attr("queryid")
	var got answer
	for _, m := range found[p.from:p.to] {
		got.ahead = append(got.ahead, "<message"+attribute("id", iqbuilder.NewID())+attribute("from", q.from.Bare().String())+attribute("to", q.from.String())+">"+
			"<result xmlns='"+nsArchive+"'"+attribute("queryid", queryID)+attribute("id", m.id)+">"+forwardedXML(m.xml, m.at)+"</result></message>")
	}
	complete := ""
	if wish.before != nil && p.from == 0 || wish.before == nil && p.last() {
		complete = " complete='true'"
	}
	got.payload = "<fin xmlns='" + nsArchive + "'" + complete + ">" + p.xml() + "</fin>"
	return got
}

// readArchiveFilter reads what the form asks for.
func readArchiveFilter(s submitted) (func(archivedMessage) bool, *stanza.StanzaError) {
	var with stanza.JID
	var start, end time.Time
	var err error
	for name := range s {
		switch value := s.one(name); name {
		case "FORM_TYPE":
		case "with":
			with, err = stanza.ParseJID(value)
		case "start":
			start, err = time.Parse(time.RFC3339, value)
		case "end":
			end, err = time.Parse(time.RFC3339, value)
		default: // XEP-0313 §4.1.4
			return nil, failure("feature-not-implemented", "the archive cannot be searched by "+name)
		}
		if err != nil {
			return nil, failure("bad-request", err.Error())
		}
	}
	return func(m archivedMessage) bool {
		return (with.IsZero() || m.with == with || with.IsBare() && m.with.Bare() == with) &&
			(start.IsZero() || !m.at.Before(start)) && (end.IsZero() || !m.at.After(end))
	}, nil
}
