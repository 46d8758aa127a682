package history

import (
	"hash/fnv"
	"strconv"

	"iqscope/iqbuilder/stanza"
)

// What can be asked for besides words stands among the words of an entry, too, each as one word that
// no text has: so one index finds entries by all of it at once, the newest first, however many
// others fit a part of the question. A key begins with a character for private use; what two values
// have in common by chance, or a stanza imitates, is found out when the entry is read.
const keyMark = "\uE000"

// The kinds of keys.
const (
	keyOutcome = "o"
	keyTarget  = "a" // full and bare
	keyAccount = "u" // full and bare
	keyPayload = "y" // the namespace, the local name, and both
	keyTag     = "g"
	keyPinned  = "p"
	keySeries  = "s"
	keySame    = "e" // type, payload and target of a request that got a reply
)

func key(kind, value string) string {
	sum := fnv.New64a()
	sum.Write([]byte(value))
	return keyMark + kind + strconv.FormatUint(sum.Sum64(), 36)
}

// keysOf are the keys of an entry.
func keysOf(e *Entry) []string {
	keys := make([]string, 0, 12)
	keys = append(keys, key(keyOutcome, string(e.Outcome)))
	keys = appendAddress(keys, keyTarget, e.Stanza.To())
	keys = appendAddress(keys, keyAccount, e.About.Account)
	if p := e.Stanza.Payload(); p != (stanza.Name{}) {
		keys = append(keys, key(keyPayload, p.Space), key(keyPayload, p.Local), key(keyPayload, clark(p)))
	}
	for _, tag := range e.Tags {
		keys = append(keys, key(keyTag, tag))
	}
	if e.Pinned {
		keys = append(keys, key(keyPinned, ""))
	}
	if e.Series != 0 {
		keys = append(keys, key(keySeries, strconv.FormatInt(e.Series, 10)))
	}
	if e.Reply != nil {
		keys = append(keys, sameKey(e))
	}
	return keys
}

func appendAddress(keys []string, kind, address string) []string {
	if address == "" {
		return keys
	}
	full, bare := addresses(address)
	keys = append(keys, key(kind, full))
	if bare != full {
		keys = append(keys, key(kind, bare))
	}
	return keys
}

// addresses are an address in the form in which addresses are compared, and the bare one of it.
func addresses(address string) (full, bare string) {
	j, err := stanza.ParseJID(address)
	if err != nil {
		return address, address
	}
	return j.String(), j.Bare().String()
}

// sameKey is of the requests that ask the same.
func sameKey(e *Entry) string {
	to, _ := addresses(e.Stanza.To())
	return key(keySame, string(e.Stanza.Type())+" "+clark(e.Stanza.Payload())+" "+to)
}

// clark is a name with its namespace, as {namespace}name.
func clark(n stanza.Name) string { return "{" + n.Space + "}" + n.Local }
