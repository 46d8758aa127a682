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

	loginTime    = 30 * time.Second // from the first byte to the bound resource
	writeTime    = 10 * time.Second // for one write: a client that does not read is dropped
	farewellTime = time.Second      // for a stream error and the end of the stream
	shutdownTime = 3 * time.Second  // until Close cuts what has not ended
	acceptPause  = 50 * time.Millisecond

	// The queue to one client: beyond half of it, nothing more is read from
	// that client; beyond all of it, the client is dropped.
	maxQueued      = 8192
	maxQueuedBytes = 8 << 20

	// Answers of slow bots that wait for their time, for one client.
	maxDelayed      = 16384
	maxDelayedBytes = 8 << 20
	maxDelay        = time.Hour
	slowDelay       = 5 * time.Second

	// scramIterations is the least that RFC 7677 §4 allows: the password is
	// public, and the server starts before the first frame is drawn.
	scramIterations = 4096
)

// readLimits bound a stanza as Prosody does for clients (c2s_stanza_size_limit).
var readLimits = xmlscan.Limits{ElementBytes: 256 << 10}
