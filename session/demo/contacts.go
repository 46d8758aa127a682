package demo

import (
	"slices"
	"sync"

	"iqscope/iqbuilder/stanza"
)

// contact is one entry of a roster (RFC 6121 §2.1).
type contact struct {
	jid, name, subscription string
	groups                  []string
}

func (c contact) xml() string {
	xml := "<item" + attribute("jid", c.jid) + attribute("name", c.name) + attribute("subscription", c.subscription) + ">"
	for _, group := range c.groups {
		xml += element("group", group)
	}
	return xml + "</item>"
}

// rosters are the contacts of each account. Contacts with the subscription
// "both" see each other's presence. It is safe for concurrent use.
type rosters struct {
	mu        *sync.Mutex
	byAccount map[string][]contact
}

// newRosters are what every start begins with.
func newRosters() rosters {
	return rosters{new(sync.Mutex), map[string][]contact{
		"juliet": {
			{"romeo@" + Domain, "Romeo", "both", []string{"Friends"}},
			{"echo@" + BotsDomain, "Echo", "to", []string{"Bots"}},
			{"nurse@example.org", "Nurse", "none", []string{"Household"}},
		},
		"romeo": {
			{"juliet@" + Domain, "Juliet", "both", []string{"Friends"}},
			{"liar@" + BotsDomain, "Liar", "to", []string{"Bots"}},
			{"mercutio@example.org", "Mercutio", "none", []string{"Friends"}},
		},
	}}
}

// of returns the account's contacts.
func (r rosters) of(account string) []contact {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.byAccount[account])
}

// set enters a contact, or changes its name and groups. The subscription is not
// the client's to set (RFC 6121 §2.1.2.5). It returns the contact as it is now.
func (r rosters) set(account string, c contact) (contact, *stanza.StanzaError) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := slices.Clone(r.byAccount[account])
	c.subscription = "none"
	if i := indexOf(all, c.jid); i >= 0 {
		c.subscription = all[i].subscription
		all[i] = c
	} else {
		all = append(all, c)
	}
	bytes := 0
	for _, c := range all {
		bytes += len(c.xml())
	}
	if len(all) > maxContacts || bytes > maxListBytes {
		return contact{}, failure("resource-constraint", "the roster is full")
	}
	r.byAccount[account] = all
	return c, nil
}

// remove takes a contact out; false when it is not there.
func (r rosters) remove(account, jid string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := slices.Clone(r.byAccount[account])
	i := indexOf(all, jid)
	if i >= 0 {
		r.byAccount[account] = slices.Delete(all, i, i+1)
	}
	return i >= 0
}

func indexOf(all []contact, jid string) int {
	return slices.IndexFunc(all, func(c contact) bool { return c.jid == jid })
}
