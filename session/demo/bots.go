package demo

import (
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
	silent bool
	delay  time.Duration
	lies   bool
	err    *stanza.StanzaError
}

// simpleBots are those whose name takes no parameter.
var simpleBots = []bot{
	{name: "echo", about: "sends your payload back"},
	{name: "silent", about: "never answers", silent: true},
	{name: "slow", about: "answers after 5 seconds", delay: slowDelay},
	{name: "liar", about: "a wrong sender answers first, then the truth", lies: true},
}

const (
	delayPrefix = "delay-"
	errorPrefix = "error-"
)

// listedBots are the bots that service discovery names; of the delays, one as an
// example.
func listedBots() []bot {
	all := append([]bot(nil), simpleBots...)
	all = append(all, bot{name: delayPrefix + "2", about: "answers after as many seconds as its name says"})
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
	if seconds, ok := strings.CutPrefix(name, delayPrefix); ok {
		delay, ok := parseSeconds(seconds)
		if !ok {
			return bot{}, failure("bad-request", "after delay- comes a number of seconds from 0 to "+
				strconv.Itoa(int(maxDelay/time.Second))+", such as delay-2.5")
		}
		return bot{name: name, delay: delay}, nil
	}
	if condition, ok := strings.CutPrefix(name, errorPrefix); ok {
		if !stanza.IsCondition(condition) {
			return bot{}, failure("bad-request", "after error- comes one of: "+strings.Join(stanza.Conditions(), ", "))
		}
		return bot{name: name, err: botError(condition)}, nil
	}
	return bot{}, failure("item-not-found", "there is no such bot; there are echo, silent, slow, delay-N, liar and error-CONDITION")
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
	}
	switch {
	case b.silent:
	case b.err != nil:
		c.answer(q, answer{err: b.err})
	case b.delay == 0:
		tell()
	case !c.later.after(b.delay, len(q.iq.XML()), tell):
		c.answer(q, answer{err: failure("resource-constraint", "too many delayed answers are waiting for you")})
	}
}

// tellTruth answers as a well-meaning bot does: with what the services know, and
// for all else with the request's own content.
func (s *Server) tellTruth(c *client, q *query, from string) {
	if a, served := s.answerQuery(q); served {
		if reply, err := a.reply(q.iq, c.jid.String(), from); err == nil {
			c.deliver(reply)
		}
		return
	}
	echo, err := readdress(q.iq, address{to: c.jid.String(), from: from, typ: string(stanza.Result)}, c.wire.Scope())
	if err == nil {
		c.send(echo)
	}
}
