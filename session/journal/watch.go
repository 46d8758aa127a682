package journal

import "slices"

// Watch returns a bell that rings when entries are appended. It rings once for any number of them
// since it was last heard, never waits for who listens, and is never closed. stop takes it away;
// it may be called more than once. What an entry is told of later does not ring.
func (j *Journal) Watch() (rung <-chan struct{}, stop func()) {
	bell := make(chan struct{}, 1)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.bells = append(j.bells, bell)
	return bell, func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.bells = slices.DeleteFunc(j.bells, func(other chan struct{}) bool { return other == bell })
	}
}

// ring tells who watches. The lock is held.
func (j *Journal) ring() {
	for _, bell := range j.bells {
		select {
		case bell <- struct{}{}:
		default:
		}
	}
}
