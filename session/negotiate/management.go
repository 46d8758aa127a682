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
)

// streamManagement is what is asked of stream management, and what became of it.
type streamManagement struct {
	cfg *Config
	*progress
	Management        // what it has come to so far
	asked      string // the name of our request that is not answered; "" for none
	// What the server has said a word about, be it no.
	enableAnswered, resumeAnswered bool
}

func resumeRequest(r *Resumption) string {
	return fmt.Sprintf("<resume xmlns='%s' previd='%s' h='%d'/>", nsManagement, stanza.Escape(r.ID), r.Received)
}

func (m *streamManagement) wantsResumption(f *features) bool {
	return m.cfg.Resume != nil && f.manage && !m.resumeAnswered
}

func (m *streamManagement) wantsEnabling(f *features) bool {
	return m.cfg.Manage && f.manage && !m.enableAnswered
}

// resumesInline says whether the login takes the request to resume along.
func (m *streamManagement) resumesInline(f *features) bool {
	return m.cfg.Resume != nil && f.sasl2.resume
}

// enablesInline says whether Bind2 takes the request to enable along.
func (m *streamManagement) enablesInline(f *features) bool {
	return m.cfg.Manage && f.sasl2.manage
}

// heard takes an answer of the server's. It says whether one was due.
func (m *streamManagement) heard(el *stanza.Stanza) (bool, error) {
	tree, err := el.Tree()
	switch {
	case err != nil:
		return false, err
	case m.asked == "resume":
		if err := m.readResumption(tree); err != nil {
			return true, err
		}
	case m.asked == "" || !m.readEnabled(tree):
		return false, nil
	}
	m.asked = ""
	return true, nil
}

// readEnabled reads <enabled/> or <failed/>; false for anything else.
func (m *streamManagement) readEnabled(el *stanza.Node) bool {
	switch el.Name.Local {
	case "enabled":
		m.Enabled = true
		m.enableAnswered = true
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
		m.chose("%s", managementWords(&m.Management))
	case "failed":
		m.enableAnswered = true
		m.chose("no stream management: the server refused it (%s)", failureWords(el))
	default:
		return false
	}
	return true
}

// doWithout notes what a server that has none leaves undone.
func (m *streamManagement) doWithout() {
	if m.cfg.Resume != nil && !m.resumeAnswered {
		m.chose("the earlier stream is not resumed: the server does not offer it now")
	}
	if m.cfg.Manage && !m.enableAnswered {
		m.chose("no stream management: the server offers none")
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
func (m *streamManagement) readResumption(el *stanza.Node) error {
	m.Handled, m.HandledKnown = count(el, "h")
	switch el.Name.Local {
	case "resumed":
		if previous, ok := el.Attr("previd"); ok && previous != m.cfg.Resume.ID {
			return fmt.Errorf("the server resumed another stream, %.60q", previous)
		}
		m.Enabled, m.Resumed, m.ID = true, true, m.cfg.Resume.ID
		m.chose("the earlier stream was resumed, as %s", m.cfg.Resume.Bound)
	case "failed":
		m.chose("the earlier stream could not be resumed (%s)", failureWords(el))
	default:
		return fmt.Errorf("the server answered with %.60q instead of <resumed/>", el.Name.Local)
	}
	m.resumeAnswered = true
	return nil
}

// readInlineResumption reads what became of a resumption that went with the login.
func (m *streamManagement) readInlineResumption(f *features, success *stanza.Node) error {
	if !m.resumesInline(f) {
		return nil
	}
	for _, el := range success.Elements() {
		if el.Name.Space == nsManagement {
			return m.readResumption(el)
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
