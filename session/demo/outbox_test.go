package demo

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"iqscope/iqbuilder/stanza"
)

// awaits begins to wait for room in a goroutine; over says whether that is over by now.
func awaits(t *testing.T, wait func(context.Context) error) (over func() bool) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- wait(t.Context()) }()
	return func() bool {
		t.Helper()
		synctest.Wait()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
			return true
		default:
			return false
		}
	}
}

func TestWhoSendsOnHisOwnWaitsForAcknowledgements(t *testing.T) {
	large := mustParse("<presence" + strings.Repeat(" ", maxUnackedBytes/32-len("<presence/>")) + "/>")
	for name, row := range map[string]struct {
		el   *stanza.Stanza
		half int // as many may be unacknowledged
	}{"stanzas": {mustParse("<presence/>"), maxUnacked / 2}, "bytes": {large, 16}} {
		for how, handled := range map[string]func(*outbox) error{
			"acknowledged": func(o *outbox) error { return o.acknowledge(1) },
			"resumed": func(o *outbox) error {
				return o.rewind(uint32(row.half)+1, mustParse("<resumed xmlns='urn:xmpp:sm:3'/>"))
			},
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					o := newOutbox()
					o.put(mustParse("<enabled xmlns='urn:xmpp:sm:3'/>"))
					send := func() {
						if !o.put(row.el) {
							t.Fatal("there is no room")
						}
						o.take(t.Context())
					}
					for range row.half {
						send()
					}
					if !awaits(t, o.waitAcked)() {
						t.Fatal("it waits at half of the bound")
					}
					send()
					if !awaits(t, o.wait)() {
						t.Error("whoever answers waits too")
					}
					over := awaits(t, o.waitAcked)
					if over() {
						t.Error("it does not wait behind half of the bound")
					}
					if err := handled(&o); err != nil {
						t.Fatal(err)
					}
					if !over() {
						t.Error("it goes on waiting")
					}
				})
			})
		}
	}
}

func TestAReaderWaitsWhileTheQueueIsMoreThanHalfFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox()
		for range maxQueued / 2 {
			o.put(mustParse("<presence/>"))
		}
		if !awaits(t, o.wait)() {
			t.Error("it waits at half of the bound")
		}
		o.put(mustParse("<presence/>"))
		over := awaits(t, o.wait)
		if over() {
			t.Error("it does not wait behind half of the bound")
		}
		o.take(t.Context())
		if !over() {
			t.Error("it goes on waiting")
		}
	})
}

func TestAResumptionWakesTheWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutbox()
		taken := make(chan []*stanza.Stanza, 1)
		go func() { taken <- o.take(t.Context()) }()
		synctest.Wait()
		if err := o.rewind(0, mustParse("<resumed xmlns='urn:xmpp:sm:3'/>")); err != nil {
			t.Fatal(err)
		}
		if batch := <-taken; len(batch) != 1 || batch[0].Name().Local != "resumed" {
			t.Errorf("it takes %v", batch)
		}
	})
}

func TestTheQueueIsBoundedInBytes(t *testing.T) {
	const n = 16
	o := newOutbox()
	el := func(bytes int) *stanza.Stanza {
		return mustParse("<presence" + strings.Repeat(" ", bytes-len("<presence/>")) + "/>")
	}
	for i := range n - 1 {
		if !o.put(el(maxQueuedBytes / n)) {
			t.Fatalf("number %d was refused", i)
		}
	}
	if o.put(el(maxQueuedBytes/n + 1)) {
		t.Error("one byte too many was taken")
	}
	if !o.put(el(maxQueuedBytes / n)) {
		t.Error("what just fits was refused")
	}
}

func TestOutboxKeepsOrderAndBounds(t *testing.T) {
	o := newOutbox()
	put := func(id int) bool {
		t.Helper()
		return o.put(mustParse("<presence id='" + strconv.Itoa(id) + "'/>"))
	}
	for i := range maxQueued {
		if !put(i) {
			t.Fatalf("number %d was refused", i)
		}
	}
	if put(maxQueued) {
		t.Error("one too many was taken")
	}
	batch := o.take(t.Context())
	if len(batch) != maxQueued {
		t.Errorf("took %d", len(batch))
	}
	for i, el := range batch {
		if el.ID() != strconv.Itoa(i) {
			t.Fatalf("number %d is %s", i, el.XML())
		}
	}
	put(1)
	o.close()
	if !put(2) {
		t.Error("a queue that nobody empties any more is full")
	}
	if batch := o.take(t.Context()); len(batch) != 1 || batch[0].ID() != "1" {
		t.Errorf("took %d from a queue that was closed with one", len(batch))
	}
	if batch := o.take(t.Context()); len(batch) != 0 {
		t.Errorf("took %d from an empty closed queue", len(batch))
	}
}

func TestOutboxKeepsWhatIsNotAcknowledged(t *testing.T) {
	o := newOutbox()
	put := func(xml string) {
		t.Helper()
		if !o.put(mustParse(xml)) {
			t.Fatal("there is no room")
		}
	}
	ids := func() string {
		t.Helper()
		all := ""
		for _, el := range o.take(t.Context()) {
			all += el.Name().Local + el.ID() + " "
		}
		return all
	}
	put("<presence id='0'/>")
	put("<enabled xmlns='urn:xmpp:sm:3'/>")
	for i := range 3 {
		put("<presence id='" + strconv.Itoa(i+1) + "'/>")
	}
	if got := ids(); got != "presence0 enabled presence1 presence2 presence3 " {
		t.Errorf("took %s", got)
	}
	if err := o.acknowledge(1); err != nil || o.ledger.SendCount() != 3 {
		t.Errorf("one acknowledgement of %d was refused: %v", o.ledger.SendCount(), err)
	}
	put("<a xmlns='urn:xmpp:sm:3' h='1'/>")
	put("<presence id='4'/>")
	if o.acknowledge(4) == nil || o.acknowledge(0) == nil {
		t.Error("what was not sent was acknowledged")
	}
	if err := o.rewind(1, mustParse("<resumed xmlns='urn:xmpp:sm:3'/>")); err != nil {
		t.Fatal(err)
	}
	if got := ids(); got != "resumed presence2 presence3 presence4 " {
		t.Errorf("took %s after a resumption", got)
	}
}

func TestAcknowledgementsAreAskedForNowAndThen(t *testing.T) {
	large := "<message><body>" + strings.Repeat("x", askAfterBytes/3) + "</body></message>"
	for name, c := range map[string]struct {
		stanza string
		each   int // stanzas until one is asked for
	}{"many": {"<presence/>", askAfter}, "large": {large, 3}} {
		o := newOutbox()
		o.put(mustParse("<enabled xmlns='urn:xmpp:sm:3'/>"))
		o.take(t.Context())
		for i := range 3 * c.each {
			o.put(mustParse(c.stanza))
			batch := o.take(t.Context())
			if asked, due := len(batch) == 2 && isManagement(batch[1], "r"), (i+1)%c.each == 0; asked != due {
				t.Errorf("%s: behind number %d, asked is %v", name, i+1, asked)
			}
		}
	}
}

// A client that reads and never acknowledges is served up to a bound, and not behind it.
func TestClientThatNeverAcknowledgesIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		bytes, fit int
	}{
		"in stanzas": {bytes: len("<presence/>"), fit: maxUnacked},
		"in bytes":   {bytes: maxUnackedBytes / 32, fit: 33}, // the last begins within the bound
	} {
		t.Run(name, func(t *testing.T) {
			o := newOutbox()
			o.put(mustParse("<enabled xmlns='urn:xmpp:sm:3'/>"))
			el := mustParse("<presence/>")
			if more := c.bytes - len(el.XML()); more > 0 {
				el = mustParse("<presence" + strings.Repeat(" ", more) + "/>")
			}
			for i := range c.fit {
				if !o.put(el) {
					t.Fatalf("number %d was refused", i)
				}
				o.take(t.Context())
			}
			if o.put(el) {
				t.Errorf("more than %d are taken", c.fit)
			}
		})
	}
}
