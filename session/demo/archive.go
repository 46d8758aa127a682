package demo

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"iqscope/iqbuilder/stanza"
)

// archive keeps the messages that were delivered in this run, for each account
// those it sent and received. It is safe for concurrent use.
type archive struct {
	mu        *sync.Mutex
	byAccount map[string]*messages
	count     *int // of messages ever kept: their ids
}

// messages of one account, the oldest first.
type messages struct {
	list  messageList
	bytes int
}

// archivedMessage is one message in an archive.
type archivedMessage struct {
	id   string
	at   time.Time
	with stanza.JID // the other side
	xml  string     // needs nothing from around it
}

// messageList is a list in pages.
type messageList []archivedMessage

func (l messageList) length() int     { return len(l) }
func (l messageList) id(i int) string { return l[i].id }
func (l messageList) size(i int) int  { return len(l[i].xml) }
func (l messageList) find(id string) (int, bool) {
	i := slices.IndexFunc(l, func(m archivedMessage) bool { return m.id == id })
	return i, i >= 0
}

func newArchive() archive {
	return archive{new(sync.Mutex), make(map[string]*messages), new(int)}
}

// archived says whether a message is one to keep (XEP-0313 §5.1).
func archived(m *stanza.Stanza) bool {
	return (m.Type() == "" || m.Type() == "normal" || m.Type() == "chat") && hasBody(m)
}

// add keeps a message for an account; the oldest go when there are too many.
func (a archive) add(account string, with stanza.JID, xml string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*a.count++
	all := a.byAccount[account]
	if all == nil {
		all = new(messages)
		a.byAccount[account] = all
	}
	all.list = append(all.list, archivedMessage{fmt.Sprintf("m-%06d", *a.count), time.Now(), with, xml})
	all.bytes += len(xml)
	for len(all.list) > maxArchived || all.bytes > maxArchiveBytes {
		all.bytes -= len(all.list[0].xml)
		all.list[0] = archivedMessage{} // its memory is free at once
		all.list = all.list[1:]
	}
}

// of returns the account's messages that fit, the oldest first.
func (a archive) of(account string, fits func(archivedMessage) bool) messageList {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found messageList
	all := a.byAccount[account]
	if all == nil {
		return nil
	}
	for _, m := range all.list {
		if fits(m) {
			found = append(found, m)
		}
	}
	return found
}
