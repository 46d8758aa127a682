package demo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"iqscope/iqbuilder/stanza"
)

// bot is something at BotsDomain that answers requests in its own way. A bot may
// be asked with any resource; it answers from exactly the address that was asked.
type bot struct {
	name  string
	about string // one line for service discovery

	// How it answers. The zero value answers truly and at once.
	silent        bool
	delay         time.Duration
	lies          bool
	twice         bool
	err           *stanza.StanzaError
	flood         int  // stanzas sent after the answer
	floodRequests bool // they are requests, not messages
}

// simpleBots are those whose name takes no parameter.
var simpleBots = []bot{
	{name: "echo", about: "sends your payload back"},
	{name: "silent", about: "never answers", silent: true},
	{name: "slow", about: "answers after 5 seconds", delay: slowDelay},
	{name: "late-reply", about: "answers after 35 seconds, when the usual timeout has passed", delay: lateDelay},
	{name: "twice", about: "answers twice", twice: true},
	{name: "liar", about: "a wrong sender answers first, then the truth", lies: true},
	{name: manyBot, about: "has 10,000 items to page through"},
}

const (
	delayPrefix        = "delay-"
	latePrefix         = "late-reply-"
	floodPrefix        = "flood-"
	floodRequestPrefix = "flood-iq-"
	errorPrefix        = "error-"
)

// listedBots are the bots that service discovery names; of those with a number
// in their name, one as an example.
func listedBots() []bot {
	all := append([]bot(nil), simpleBots...)
	all = append(all,
		bot{name: delayPrefix + "2", about: "answers after as many seconds as its name says"},
		bot{name: latePrefix + "40", about: "likewise, for answers that come too late"},
		bot{name: floodPrefix + "1000", about: "answers, then sends as many messages as its name says"},
		bot{name: floodRequestPrefix + "1000", about: "answers, then sends you as many requests as its name says"},
	)
	for _, condition := range stanza.Conditions() {
		all = append(all, bot{name: errorPrefix + condition, about: "always answers with this error"})
	}
	return all
}

// findBot returns the bot of a name, or what its absence is answered with.
func findBot(name string) (bot, *stanza.StanzaError) {
	for _, b := range simpleBots {
		if b.name == name {
			return b, nil
		}
	}
	for _, prefix := range []string{delayPrefix, latePrefix} {
		if seconds, ok := strings.CutPrefix(name, prefix); ok {
			delay, ok := parseSeconds(seconds)
			if !ok {
				return bot{}, failure("bad-request", "after "+prefix+" comes a number of seconds from 0 to "+
					strconv.Itoa(int(maxDelay/time.Second))+", such as "+prefix+"2.5")
			}
			return bot{name: name, about: "answers after " + seconds + " seconds", delay: delay}, nil
		}
	}
	for _, prefix := range []string{floodRequestPrefix, floodPrefix} {
		if number, ok := strings.CutPrefix(name, prefix); ok {
			n, ok := count(number)
			if !ok || n > maxFlood {
				return bot{}, failure("bad-request", "after "+prefix+" comes a number from 0 to "+strconv.Itoa(maxFlood))
			}
			return bot{name: name, about: "answers, then sends you " + number + " stanzas", flood: n, floodRequests: prefix == floodRequestPrefix}, nil
		}
	}
	if condition, ok := strings.CutPrefix(name, errorPrefix); ok {
		if !stanza.IsCondition(condition) {
			return bot{}, failure("bad-request", "after error- comes one of: "+strings.Join(stanza.Conditions(), ", "))
		}
		return bot{name: name, about: "always answers with " + condition, err: botError(condition)}, nil
	}
	return bot{}, failure("item-not-found", "there is no such bot; service discovery at "+BotsDomain+" lists them")
}

// botError is the error that a bot of that name answers with.
func botError(condition string) *stanza.StanzaError {
	e := failure(condition, "this bot answers everything with "+condition)
	switch {
	case stanza.CarriesURI(condition):
		e.URI = "xmpp:echo@" + BotsDomain
	case condition == "undefined-condition":
		// RFC 6120 §8.3.3.21: only together with an application condition.
		e.Application = stanza.Name{Space: "http://" + Domain + "/errors", Local: "made-up"}
	}
	return e
}

// parseSeconds reads plain digits with at most one point between them.
func parseSeconds(text string) (time.Duration, bool) {
	whole, part, point := strings.Cut(text, ".")
	if !digits(whole) || point && !digits(part) {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || seconds > maxDelay.Seconds() {
		return 0, false
	}
	return time.Duration(seconds * float64(time.Second)), true
}

func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// askBot lets a bot answer a request.
func (s *Server) askBot(c *client, q *query) {
	b, none := findBot(q.to.Local())
	if none != nil {
		c.answer(q, answer{err: none})
		return
	}
	tell := func() {
		if b.lies {
			s.tellTruth(c, q, "mallory@"+BotsDomain)
		}
		s.tellTruth(c, q, q.to.String())
		if b.twice {
			s.tellTruth(c, q, q.to.String())
		}
	}
	switch {
	case b.silent:
	case b.err != nil:
		c.answer(q, answer{err: b.err})
	case b.delay > 0:
		if !c.later.after(b.delay, len(q.iq.XML()), tell) {
			c.answer(q, failed("resource-constraint", "too many delayed answers are waiting for you"))
		}
	case b.flood > 0 && !looks(q): // looking at it lets nothing loose
		if !s.flood(c, q.to, b.flood, b.floodRequests, tell) {
			c.answer(q, failed("resource-constraint", "another flood is still on its way to you"))
		}
	default:
		tell()
	}
}

// looks says that a request only wants to know what the bot is.
func looks(q *query) bool {
	return slices.Contains([]string{stanza.NSDiscoInfo, stanza.NSDiscoItems, nsVCard}, q.iq.Payload().Space)
}

// tellTruth answers as a well-meaning bot does: with what the services know, and
// for all else with the request's own content.
func (s *Server) tellTruth(c *client, q *query, from string) {
	if a, served := s.answerQuery(q); served {
		c.answerAs(q, a, from)
		return
	}
	echo, err := readdress(q.iq, address{to: c.jid.String(), from: from, typ: string(stanza.Result)}, c.scope)
	if err == nil {
		c.send(echo)
	}
}
