package disco

import (
	"cmp"
	"crypto/sha1" // XEP-0115 has it
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

const nsCaps = "http://jabber.org/protocol/caps"

// How many addresses and answers are remembered for entity capabilities. When there are more, it is
// begun anew: it only saves questions.
const (
	maxShowing = 5000
	maxShared  = 500
)

// Ver is the verification string of an answer (XEP-0115 §5.1), by the hash sha-1; "" for one that
// must not be taken for a proof (§5.4), as it says something twice, or was not kept whole.
func Ver(info Info) string {
	if info.Cut {
		return ""
	}
	var lines []string
	add := func(parts []string) bool {
		slices.Sort(parts)
		whole := len(slices.Compact(slices.Clone(parts))) == len(parts)
		lines = append(lines, parts...)
		return whole
	}
	var identities []string
	for _, id := range info.Identities {
		identities = append(identities, id.Category+"/"+id.Type+"/"+id.Lang+"/"+id.Name)
	}
	if !add(identities) || !add(slices.Clone(info.Features)) {
		return ""
	}
	forms := slices.SortedFunc(slices.Values(info.Forms), func(a, b Form) int { return cmp.Compare(a.Type, b.Type) })
	last := ""
	for _, form := range forms {
		switch form.Type {
		case "":
			continue
		case last:
			return ""
		}
		last = form.Type
		lines = append(lines, form.Type)
		for _, f := range slices.SortedFunc(slices.Values(form.Fields), func(a, b Field) int { return cmp.Compare(a.Var, b.Var) }) {
			lines = append(lines, f.Var)
			lines = append(lines, slices.Sorted(slices.Values(f.Values))...)
		}
	}
	var b strings.Builder
	for _, line := range lines {
		if strings.Contains(line, "<") {
			return "" // two answers could have one string
		}
		b.WriteString(line + "<")
	}
	sum := sha1.Sum([]byte(b.String()))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// capsBook knows who has shown which verification string, and what stands behind those that were
// checked.
type capsBook struct {
	shown  map[string]string // by full address
	shared map[string]shared // by verification string
}

type shared struct {
	info Info
	at   time.Time
}

// SawPresence takes note of the capabilities that somebody shows (XEP-0115 §4), or does not show any
// more. It looks at the header first: most presences cost next to nothing.
func (c *Cache) SawPresence(st *stanza.Stanza) {
	if st.Kind() != stanza.Presence || st.Type() != "" && st.Type() != "unavailable" || st.From() == "" {
		return
	}
	var ver string
	if st.Type() == "" && strings.Contains(st.XML(), nsCaps) {
		if caps := st.Child(nsCaps, "c"); caps != nil {
			if hash, _ := caps.Attr("hash"); hash == "sha-1" {
				ver, _ = caps.Attr("ver")
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	from := c.target(st.From(), "").jid
	if ver == "" || len(ver) > 100 {
		delete(c.caps.shown, from)
		return
	}
	if c.caps.shown == nil || len(c.caps.shown) >= maxShowing {
		c.caps.shown = map[string]string{}
	}
	c.caps.shown[strings.Clone(from)] = strings.Clone(ver)
}

// learn takes an answer for what stands behind the string that its sender shows, if it is.
func (b *capsBook) learn(jid, node string, info Info, at time.Time) {
	ver, ok := b.shown[jid]
	if !ok || node != "" && !strings.HasSuffix(node, "#"+ver) || Ver(info) != ver {
		return
	}
	if b.shared == nil || len(b.shared) >= maxShared {
		b.shared = map[string]shared{}
	}
	b.shared[ver] = shared{info, at}
}

// of is what somebody is who shows a string behind which another one's answer stands.
func (b *capsBook) of(jid string) (Info, time.Time, bool) {
	s, ok := b.shared[b.shown[jid]]
	return s.info, s.at, ok
}
