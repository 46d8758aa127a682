package demo

import (
	"crypto/rand"
	"maps"
	"sync"

	"iqscope/iqbuilder/stanza"
)

// dialogue is one run of an ad-hoc command by one resource.
type dialogue struct {
	id     string
	owner  stanza.JID // full
	node   string
	stage  int
	values submitted // of all stages so far
	ended  bool
}

// dialogues are bounded for each account: the oldest give way. They are safe for
// concurrent use: what is given out is a copy.
type dialogues struct {
	mu        *sync.Mutex
	byAccount map[string][]dialogue
}

func newDialogues() dialogues {
	return dialogues{new(sync.Mutex), make(map[string][]dialogue)}
}

// open begins one.
func (d dialogues) open(owner stanza.JID, node string) dialogue {
	d.mu.Lock()
	defer d.mu.Unlock()
	made := dialogue{id: rand.Text(), owner: owner, node: node, values: make(submitted)}
	all := append(d.byAccount[owner.Local()], made)
	d.byAccount[owner.Local()] = all[max(0, len(all)-maxDialogues):]
	return made
}

// find returns the resource's dialogue; false when there is none of that id.
func (d dialogues) find(owner stanza.JID, node, id string) (dialogue, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, found := range d.byAccount[owner.Local()] {
		if found.id == id && found.owner == owner && found.node == node {
			found.values = maps.Clone(found.values)
			return found, true
		}
	}
	return dialogue{}, false
}

// save puts a changed one back.
func (d dialogues) save(changed dialogue) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.byAccount[changed.owner.Local()]
	for i := range all {
		if all[i].id == changed.id {
			all[i] = changed
		}
	}
}

// end leaves of a dialogue only that there was one.
func (d dialogues) end(over dialogue) {
	over.ended, over.values = true, nil
	d.save(over)
}
