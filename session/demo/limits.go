package demo

import (
	"time"

	"iqscope/internal/xmlscan"
)

// What the server lets others cost it. Where no source is named, the number is
// ours: far above what one person trying things out needs, far below what hurts.
const (
	maxConns     = 256
	maxResources = 64 // connected at once, of one account
	maxAuthTries = 3  // on one connection (RFC 6120 §6.4.5 recommends 2 to 5)
	maxBindTries = 10 // likewise, of a resource or an earlier stream (our choice: RFC 6120 §7.6.2.1)

	loginTime    = 10 * time.Minute // until the resource is bound: somebody may go this way by hand
	writeTime    = 10 * time.Second // for one write: a client that does not read is dropped
	farewellTime = time.Second      // for a stream error and the end of the stream
	shutdownTime = 3 * time.Second  // until Close cuts what has not ended
	acceptPause  = 50 * time.Millisecond

	// The queue to one client: beyond half of it, nothing more is read from
	// that client; beyond all of it, the client is dropped.
	maxQueued      = 8192
	maxQueuedBytes = 8 << 20

	// Stanzas to one client that it has not acknowledged (XEP-0198). Beyond all
	// of it, the client is dropped. Twice the queue: a client acknowledges what
	// it has read, behind what it has itself in flight.
	maxUnacked      = 2 * maxQueued
	maxUnackedBytes = 2 * maxQueuedBytes
	// askAfter is how many stanzas, or bytes of them, go before an acknowledgement is
	// asked for: after each one, it would fill the client's log.
	askAfter      = 20
	askAfterBytes = maxQueuedBytes / 4
	// resumeTime is how long a broken stream can be resumed. Long enough to try
	// it by hand; Prosody's default is 10 minutes.
	resumeTime = time.Minute
	maxEnded   = 256 // clients remembered after that, with their count

	// Answers of slow bots that wait for their time, for one client.
	maxDelayed      = 16384
	maxDelayedBytes = 8 << 20
	maxDelay        = time.Hour
	slowDelay       = 5 * time.Second
	lateDelay       = 35 * time.Second // 5 s more than the usual timeout of a request

	maxFlood = 100_000 // of one flood bot; a client has one flood at a time

	// scramIterations is the least that RFC 7677 §4 allows: the password is
	// public, and the server starts before the first frame is drawn.
	scramIterations = 4096

	// What an account keeps. The rest of it is bounded by readLimits.
	maxContacts     = 1000
	maxListBytes    = 512 << 10 // of a roster or blocklist: half of a stanza that our client takes
	maxGroups       = 50        // of one contact
	maxNameBytes    = 1023      // of a contact or group: what RFC 7622 §3 allows a part of an address
	maxPrivate      = 64        // elements of private storage
	maxPrivateBytes = 1 << 20
	maxBlocked      = 1000
	maxArchived     = 1000 // messages; the oldest go first
	maxArchiveBytes = 4 << 20
	maxDialogues    = 16 // unfinished ad-hoc commands

	// What is published, by everyone together.
	maxNodes         = 100
	maxItems         = 1000 // of a node; the oldest go first
	maxItemsBytes    = 1 << 20
	maxSubscriptions = 256 // of a node

	// Pages (XEP-0059): what comes unasked, and at most. A page of the archive
	// also ends at maxPageBytes, so that it fits into a client's queue.
	pageSize     = 100
	maxPageSize  = 1000
	maxPageBytes = 1 << 20

	manyCount = 10_000 // items of the bot that has many
)

// readLimits bound a stanza as Prosody does for clients (c2s_stanza_size_limit).
var readLimits = xmlscan.Limits{ElementBytes: 256 << 10}
