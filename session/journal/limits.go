package journal

// Bounds of the log, for a session of a day without growing past what a terminal
// program may take: some 150,000 short stanzas. As many as the count are held by who
// allows more bytes. The collector of garbage doubles what is held.
const (
	DefaultBytes = 36 << 20
	DefaultCount = 300_000
	// Overhead is what an entry counts for beyond its XML and text: its place in
	// the log, and the stanza with its header. TestAccountingFollowsMemory holds it
	// against the heap.
	Overhead = 144
	// Remembered is how many annotations Changes can tell, in 96 KiB; of entries that follow one
	// another it can tell more: several frames of the screen while 100,000 replies come in a second.
	Remembered = 4096
)

// Limits bound the log; zero or less means the default.
type Limits struct {
	Bytes int64 // default DefaultBytes, of stanza and text bytes and Overhead an entry
	Count int   // default DefaultCount
}

// LimitsFor are the limits of a log that may take so many bytes of memory; 0 means the default. It
// holds as many entries as fit.
func LimitsFor(bytes int64) Limits {
	if bytes <= 0 {
		return Limits{}
	}
	return Limits{Bytes: bytes, Count: int(max(1, bytes/Overhead))}
}

func (l Limits) orDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = DefaultBytes
	}
	if l.Count <= 0 {
		l.Count = DefaultCount
	}
	return l
}
