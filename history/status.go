package history

// Status says how the writing goes.
type Status struct {
	Path    string // of the file in use; "" before Open
	Opened  bool
	Waiting int    // exchanges that are not on disk yet
	Kept    uint64 // that were written since Open
	Lost    uint64 // that found no room in memory while nothing could be written
	// Err is why nothing can be written now; nil when all is well.
	Err error
	// Beside is why a fresh file is used instead of the one that was named; nil when it is not.
	Beside error
}

// Status tells how things stand now. It never waits for the disk.
func (h *History) Status() Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Status{
		Path: h.path0, Opened: h.path0 != "" && h.closing == nil, Waiting: h.queue.waiting(),
		Kept: h.kept, Lost: h.lost, Err: h.err, Beside: h.beside,
	}
}

// Changed receives a value when the status or the entries have changed since it last did. Those that
// another program writes are not told of.
func (h *History) Changed() <-chan struct{} { return h.changed }
