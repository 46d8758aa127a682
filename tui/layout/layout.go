// Package layout says where everything is on the screen, and draws the frames.
//
// [Arrange] is a pure function from the terminal's size and what the panes would like to
// rectangles. [Box] draws one pane in its rectangle, and [Screen.Paint] puts the pieces together.
// Every line that leaves this package is exactly as wide as was asked for, whatever it holds.
//
// Sizes are in cells, positions from the top left corner, which is 0, 0.
package layout

// Pane is one of the four panes. Its value is the digit that switches to it.
type Pane int

// The panes.
const (
	Compose Pane = 1 + iota
	Pending
	Log
	Inspect
)

// Panes are all panes in the order in which the focus moves.
var Panes = [...]Pane{Compose, Pending, Log, Inspect}

// String returns the title of the pane.
func (p Pane) String() string {
	switch p {
	case Compose:
		return "Compose"
	case Pending:
		return "Pending"
	case Log:
		return "Log"
	case Inspect:
		return "Inspect"
	}
	return ""
}

// Next returns the pane after p; after the last comes the first.
func (p Pane) Next() Pane { return Pane(int(p)%len(Panes) + 1) }

// Prev returns the pane before p; before the first comes the last.
func (p Pane) Prev() Pane { return Pane((int(p)+len(Panes)-2)%len(Panes) + 1) }

// Sizes, in cells.
const (
	// MinColumns and MinRows are the least size at which anything but a notice is shown.
	MinColumns, MinRows = 20, 6
	// StackRows is the least height at which two panes share a column.
	StackRows = 18
	// WideColumns and WideRows are the least size at which all four panes are shown.
	WideColumns, WideRows = 100, 24
	// TripleColumns is the least width at which the inspector has a column of its own.
	TripleColumns = 160
	// least is the least height of a pane that is not alone, its frame included: three lines.
	least = 5
	// leastColumn is the least width of a column of several.
	leastColumn = 30
)

// Mode is how the panes share the screen.
type Mode int

// The modes.
const (
	TooSmall Mode = iota // only a notice fits
	Single               // the focused pane, and pending requests in one line
	Stack                // the focused pane with its neighbour: compose above pending, or log above inspect
	Wide                 // both pairs, side by side
	Triple               // compose above pending, log, inspect
)

// Rect is a part of the screen. The zero Rect is not shown.
type Rect struct {
	X, Y, W, H int
}

// Empty reports whether there is nothing of it on the screen.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Inside returns the rectangle within the frame.
func (r Rect) Inside() Rect {
	in := Rect{r.X + 1, r.Y + 1, r.W - 2, r.H - 2}
	if in.Empty() {
		return Rect{}
	}
	return in
}

// Wishes are what decides who gets which room.
type Wishes struct {
	Focus Pane
	Zoom  bool // the focused pane has the screen for itself at any size
	Shift Shift
	// Lines are how many lines each pane would need to show all that it has, in the order of Panes.
	Lines [len(Panes)]int
}

// Screen is where everything is.
type Screen struct {
	Mode          Mode
	Width, Height int
	Status        Rect  // the status line, at the top
	Strip         Rect  // pending requests in one line; empty where their pane is shown
	Footer        Rect  // the keys that work now, at the bottom
	Shift         Shift // as much of the one that was wished for as there is room for
	columns       [][]Pane
	panes         [len(Panes)]Rect
}

// Pane returns the rectangle of a pane, its frame included. It is empty if the pane is not shown.
func (s Screen) Pane(p Pane) Rect {
	if p < Compose || p > Inspect {
		return Rect{}
	}
	return s.panes[p-Compose]
}

// Same reports whether everything is where it is on another screen.
func (s Screen) Same(other Screen) bool {
	return s.Mode == other.Mode && s.panes == other.panes && s.Strip == other.Strip && s.Footer == other.Footer
}

// At returns the pane that a cell belongs to, its frame included; 0 for none.
func (s Screen) At(x, y int) Pane {
	for _, p := range Panes {
		if r := s.Pane(p); x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H {
			return p
		}
	}
	return 0
}

// Arrange places everything on a terminal of a size.
func Arrange(width, height int, w Wishes) Screen {
	s := Screen{Width: max(width, 0), Height: max(height, 0), Shift: w.Shift}
	if width < MinColumns || height < MinRows {
		return s
	}
	if w.Focus < Compose || w.Focus > Inspect {
		w.Focus = Compose
	}
	s.Status = Rect{0, 0, width, 1}
	s.Footer = Rect{0, height - 1, width, 1}
	switch {
	case w.Zoom || height < StackRows:
		s.Mode, s.columns = Single, [][]Pane{{w.Focus}}
	case width < WideColumns || height < WideRows:
		s.Mode, s.columns = Stack, [][]Pane{pairOf(w.Focus)}
	case width < TripleColumns:
		s.Mode, s.columns = Wide, [][]Pane{{Compose, Pending}, {Log, Inspect}}
	default:
		s.Mode, s.columns = Triple, [][]Pane{{Compose, Pending}, {Log}, {Inspect}}
	}
	body := Rect{0, 1, width, height - 2}
	if s.Mode <= Stack && w.Focus != Pending && (s.Mode == Single || w.Focus != Compose) {
		body.H--
		s.Strip = Rect{0, body.Y + body.H, width, 1}
	}
	s.place(body, w)
	return s
}

func pairOf(p Pane) []Pane {
	if p == Compose || p == Pending {
		return []Pane{Compose, Pending}
	}
	return []Pane{Log, Inspect}
}

// place gives each column its width and each pane in it its height.
func (s *Screen) place(body Rect, w Wishes) {
	widths := s.widths(body.W)
	x := body.X
	for i, column := range s.columns {
		top := body.H
		if len(column) == 2 {
			top = s.split(column, body.H, w)
			s.panes[column[1]-Compose] = Rect{x, body.Y + top, widths[i], body.H - top}
		}
		s.panes[column[0]-Compose] = Rect{x, body.Y, widths[i], top}
		x += widths[i]
	}
}

// widths are those of the columns. A row of the log is wider than a line of a draft.
func (s *Screen) widths(width int) []int {
	switch s.Mode {
	case Wide:
		left := clamp(width*43/100, s.Shift.Left, leastColumn, width-leastColumn, &s.Shift.Left)
		return []int{left, width - left}
	case Triple:
		left := clamp(width*32/100, s.Shift.Left, leastColumn, width-2*leastColumn, &s.Shift.Left)
		right := clamp(width*31/100, s.Shift.Right, leastColumn, width-left-leastColumn, &s.Shift.Right)
		return []int{left, width - left - right, right}
	}
	return []int{width}
}

// split is the height of the upper one of two panes. Each has what it needs where that leaves the
// other at least a half, or a third when that one has the focus; what nobody needs is the lower
// one's.
func (s *Screen) split(column []Pane, height int, w Wishes) int {
	upper, lower := column[0], column[1]
	share := height / 2
	switch w.Focus {
	case upper:
		share = height * 2 / 3
	case lower:
		share = height / 3
	}
	top := w.Lines[upper-Compose] + frameLines
	if rest := height - w.Lines[lower-Compose] - frameLines; top > share {
		top = max(share, min(top, rest))
	}
	shift := &s.Shift.Upper
	if upper == Log {
		shift = &s.Shift.LogRows
	}
	top = max(least, min(top, height-least))
	return clamp(top, *shift, least, height-least, shift)
}

// frameLines are those of a frame.
const frameLines = 2

// clamp moves a size by a shift as far as the bounds allow, and says how far that was.
func clamp(size, by, low, high int, moved *int) int {
	size = max(low, min(size, high))
	to := max(low, min(size+by, high))
	*moved = to - size
	return to
}
