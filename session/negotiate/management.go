package negotiate

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

// StepManage is asked for by Config, and comes last; a resumption takes the place
// of binding.
const StepManage Step = "asking for stream management"

// nsManagement is that of stream management (XEP-0198).
const nsManagement = "urn:xmpp:sm:3"

const enableRequest = "<enable xmlns='" + nsManagement + "' resume='true'/>"

// What stream management may cost and say.
const (
	// maxResumptionID is the longest id there may be (XEP-0198 §3).
	maxResumptionID = 4000
	// maxLocation is a host name (RFC 1035 §2.3.4) with a port.
	maxLocation = 255 + len("[]:65535")
	// The stanzas that may come before the way is over: as many, and as long in all.
	maxEarly      = 1000
	maxEarlyBytes = 4 << 20
)

// arrival is what the last part of the way has come to so far.
type arrival struct {
	management Management
	// What the server has said a word about, be it no.
	managementAnswered, resumptionAnswered bool
	early                                  []*stanza.Stanza
	earlyBytes                             int
}

func resumeRequest(r *Resumption) string {
	return fmt.Sprintf("<resume xmlns='%s' previd='%s' h='%d'/>", nsManagement, stanza.Escape(r.ID), r.Received)
}

// keepEarly keeps a stanza for when the way is over.
func (n *negotiation) keepEarly(el *stanza.Stanza) error {
	n.early = append(n.early, el)
	n.earlyBytes += len(el.XML())
	if n.management.Enabled {
		n.management.Counted++
	}
	if len(n.early) > maxEarly || n.earlyBytes > maxEarlyBytes {
		return fmt.Errorf("the server sent %d stanzas where an answer to the negotiation was due", len(n.early))
	}
	return nil
}

// readEnabled reads <enabled/> or <failed/>; false for anything else.
func (n *negotiation) readEnabled(el *stanza.Node) bool {
	m := &n.management
	switch el.Name.Local {
	case "enabled":
		m.Enabled = true
		n.managementAnswered = true
		id, _ := el.Attr("id")
		resume, _ := el.Attr("resume")
		if (resume == "true" || resume == "1") && len(id) <= maxResumptionID {
			m.ID = id
		}
		if seconds, ok := count(el, "max"); ok {
			m.Max = time.Duration(seconds) * time.Second
		}
		location, _ := el.Attr("location")
		m.Location = readLocation(location)
		n.chose("%s", managementWords(m))
	case "failed":
		n.managementAnswered = true
		n.chose("no stream management: the server refused it (%s)", failureWords(el))
	default:
		return false
	}
	return true
}

// doWithoutManagement notes what a server that has none leaves undone.
func (n *negotiation) doWithoutManagement() {
	if n.cfg.Resume != nil && !n.resumptionAnswered {
		n.chose("the earlier stream is not resumed: the server does not offer it now")
	}
	if n.cfg.Manage && !n.managementAnswered {
		n.chose("no stream management: the server offers none")
	}
}

func managementWords(m *Management) string {
	switch {
	case m.ID == "":
		return "stream management, without resumption"
	case m.Max == 0:
		return "stream management; the stream can be resumed"
	}
	return fmt.Sprintf("stream management; the stream can be resumed within %v", m.Max)
}

// readResumption reads <resumed/>, or a <failed/> after which a new stream is to
// be had. Both may say how many of our stanzas had arrived; whether that can be is
// for whoever sent them to judge.
func (n *negotiation) readResumption(el *stanza.Node) error {
	m := &n.management
	m.Handled, m.HandledKnown = count(el, "h")
	switch el.Name.Local {
	case "resumed":
		if previous, ok := el.Attr("previd"); ok && previous != n.cfg.Resume.ID {
			return fmt.Errorf("the server resumed another stream, %.60q", previous)
		}
		m.Enabled, m.Resumed, m.ID = true, true, n.cfg.Resume.ID
		n.bound = n.cfg.Resume.Bound
		n.chose("the earlier stream was resumed, as %s", n.bound)
	case "failed":
		n.chose("the earlier stream could not be resumed (%s)", failureWords(el))
	default:
		return fmt.Errorf("the server answered with %.60q instead of <resumed/>", el.Name.Local)
	}
	n.resumptionAnswered = true
	return nil
}

// readInlineResumption reads what became of a resumption that went with the login.
func (n *negotiation) readInlineResumption() error {
	if n.cfg.Resume == nil || !n.features.sasl2.resume {
		return nil
	}
	for _, el := range n.auth.success.Elements() {
		if el.Name.Space == nsManagement {
			return n.readResumption(el)
		}
	}
	return nil
}

// failureWords is the condition in a <failed/>, quoted: it is remote text.
func failureWords(el *stanza.Node) string {
	for _, child := range el.Elements() {
		if child.Name.Space == stanza.NSStanzas && child.Name.Local != "text" {
			return fmt.Sprintf("%.60q", child.Name.Local)
		}
	}
	return "without a reason"
}

// count reads an attribute that is an unsigned number of 32 bits, as all of
// XEP-0198's are.
func count(el *stanza.Node, name string) (uint32, bool) {
	text, _ := el.Attr(name)
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, false
	}
	return uint32(n), true
}

// readLocation reads where a server wants to be reached for the resumption, host
// or host:port (XEP-0198 §3); "" when that is no address one could dial.
func readLocation(text string) string {
	if text == "" || len(text) > maxLocation {
		return ""
	}
	host, port := text, ""
	if _, err := netip.ParseAddr(text); err != nil {
		if h, p, err := net.SplitHostPort(text); err == nil {
			if number, err := strconv.ParseUint(p, 10, 16); err != nil || number == 0 {
				return ""
			}
			host, port = h, p
		} else if bare, ok := strings.CutPrefix(text, "["); ok {
			host = strings.TrimSuffix(bare, "]")
		}
	}
	if _, err := netip.ParseAddr(host); err != nil {
		jid, err := stanza.ParseJID(host)
		if err != nil || jid != jid.Host() || strings.Contains(host, ":") {
			return ""
		}
		host = jid.Domain()
	}
	if port == "" {
		return host
	}
	return net.JoinHostPort(host, port)
}
