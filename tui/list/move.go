package list

// Pause stops following, with the rows where they are.
func (l *List) Pause() {
	l.Sync()
	l.live = false
}

// Select selects a row, scrolls to it, and pauses the list. For a row that does not exist it takes the next newer one, or else the
// newest.
func (l *List) Select(seq uint64) {
	l.Pause()
	l.selected = seq
	l.Sync()
}

// Up moves the selection n rows towards the oldest and pauses the list.
func (l *List) Up(n int) {
	l.Pause()
	l.selected = l.back(l.selected, n)
	l.scroll()
}

// Down moves the selection n rows towards the newest. It never makes the list live, so that rows do not run away under a held key.
func (l *List) Down(n int) {
	l.Sync()
	l.selected = l.forth(l.selected, n)
	l.scroll()
}

// PageUp moves up by the height of the window.
func (l *List) PageUp() { l.page(-l.height) }

// PageDown moves down by the height of the window.
func (l *List) PageDown() { l.page(l.height) }

// HalfPageUp moves up by half the height.
func (l *List) HalfPageUp() { l.page(-max(l.height/2, 1)) }

// HalfPageDown moves down by half the height.
func (l *List) HalfPageDown() { l.page(max(l.height/2, 1)) }

// page moves selection and window together, so that the selected row stays at its place on the screen.
func (l *List) page(rows int) {
	if rows < 0 {
		l.Pause()
		l.top, l.selected = l.back(l.top, -rows), l.back(l.selected, -rows)
	} else {
		l.Sync()
		l.top, l.selected = l.forth(l.top, rows), l.forth(l.selected, rows)
	}
	l.scroll()
}

// Home selects the oldest row and pauses the list.
func (l *List) Home() {
	l.Pause()
	l.selected, _ = l.src.First()
	l.scroll()
}

// End selects the newest row and makes the list live.
func (l *List) End() {
	l.live = true
	l.Sync()
}
