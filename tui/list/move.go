package list

import "iqscope/tui/keys"

// Do moves the selection, and reports whether the action does that.
func (l *List[K]) Do(action keys.Action) bool {
	switch action {
	case keys.Up:
		l.Up(1)
	case keys.Down:
		l.Down(1)
	case keys.PageUp:
		l.PageUp()
	case keys.PageDown:
		l.PageDown()
	case keys.HalfPageUp:
		l.HalfPageUp()
	case keys.HalfPageDown:
		l.HalfPageDown()
	case keys.Home:
		l.Home()
	case keys.End:
		l.End()
	default:
		return false
	}
	return true
}

// Pause stops following, with the rows where they are.
func (l *List[K]) Pause() {
	l.Sync()
	l.live = false
}

// Select selects a row, scrolls to it, and pauses the list. For a row that does not exist it takes
// the one that the source names for it, in a log the next newer one, or else the newest.
func (l *List[K]) Select(row K) {
	l.Pause()
	l.selected.row = row
	l.Sync()
}

// Pick selects one of the visible rows, from 0, pauses the list, and reports whether there is one.
func (l *List[K]) Pick(n int) bool {
	visible := l.Visible()
	if n < 0 || n >= len(visible) {
		return false
	}
	l.Select(visible[n])
	return true
}

// Up moves the selection n rows towards the oldest and pauses the list.
func (l *List[K]) Up(n int) {
	l.Pause()
	l.shift(-n, 0)
}

// Down moves the selection n rows towards the newest. It never makes the list live, so that rows do
// not run away under a held key.
func (l *List[K]) Down(n int) {
	l.Sync()
	l.shift(n, 0)
}

// PageUp moves up by the height of the window.
func (l *List[K]) PageUp() { l.page(-l.height) }

// PageDown moves down by the height of the window.
func (l *List[K]) PageDown() { l.page(l.height) }

// HalfPageUp moves up by half the height.
func (l *List[K]) HalfPageUp() { l.page(-max(l.height/2, 1)) }

// HalfPageDown moves down by half the height.
func (l *List[K]) HalfPageDown() { l.page(max(l.height/2, 1)) }

// page moves selection and window together, so that the selected row stays at its place on the
// screen.
func (l *List[K]) page(rows int) {
	if rows < 0 {
		l.Pause()
	} else {
		l.Sync()
	}
	l.shift(rows, rows)
}

// shift moves the selection and the window by so many rows, as far as there are any. The list must
// be synced.
func (l *List[K]) shift(selected, top int) {
	if l.src.Len() == 0 {
		return
	}
	if selected > 0 && l.selected.place < l.src.Len()-1 {
		l.live = false // a live list has its selection where its source leads it
	}
	l.selected, l.top = l.at(l.selected.place+selected), l.at(l.top.place+top)
	l.scroll()
}

// Home selects the oldest row and pauses the list.
func (l *List[K]) Home() {
	l.Pause()
	l.shift(-l.src.Len(), 0)
}

// End selects the newest row and makes the list live, if it is one that follows.
func (l *List[K]) End() {
	l.live = !l.still
	l.Sync()
	if !l.live {
		l.shift(l.src.Len(), 0)
	}
}
