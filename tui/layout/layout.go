// Package layout says where everything is on the screen, and draws the frames.
//
// [Arrange] is a pure function from the terminal's size, the focused pane and the zoom to
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
	// WideColumns and WideRows are the least size at which all four panes are shown.
	WideColumns, WideRows = 100, 30
	// MinColumns and MinRows are the least size at which anything but a notice is shown.
	MinColumns, MinRows = 20, 6
)

// Mode is how the panes share the screen.
type Mode int

// The modes.
const (
	TooSmall Mode = iota // only a notice fits
	Single               // the focused pane, and pending requests in one line (80×24, or zoomed)
	Wide                 // compose above pending on the left, log above inspect on the right
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

// Screen is where everything is.
type Screen struct {
	Mode          Mode
	Width, Height int
	Status        Rect // the status line, at the top
	Strip         Rect // pending requests in one line; empty unless Mode is Single and another pane than Pending is shown
	Footer        Rect // the keys that work now, at the bottom
	panes         [len(Panes)]Rect
}

// Pane returns the rectangle of a pane, its frame included. It is empty if the pane is not shown.
func (s Screen) Pane(p Pane) Rect {
	if p < Compose || p > Inspect {
		return Rect{}
	}
	return s.panes[p-Compose]
}

// Arrange places everything on a terminal of a size. Zoomed, the focused pane has the screen for
// itself at any size.
func Arrange(width, height int, focus Pane, zoom bool) Screen {
	s := Screen{Width: max(width, 0), Height: max(height, 0)}
	if width < MinColumns || height < MinRows {
		return s
	}
	s.Status = Rect{0, 0, width, 1}
	s.Footer = Rect{0, height - 1, width, 1}
	if zoom || width < WideColumns || height < WideRows {
		s.single(focus)
	} else {
		s.wide()
	}
	return s
}

func (s *Screen) single(focus Pane) {
	s.Mode = Single
	if focus < Compose || focus > Inspect {
		focus = Compose
	}
	body := Rect{0, 1, s.Width, s.Height - 2}
	if focus != Pending {
		body.H--
		s.Strip = Rect{0, body.Y + body.H, s.Width, 1}
	}
	s.panes[focus-Compose] = body
}

func (s *Screen) wide() {
	s.Mode = Wide
	left := s.Width * 43 / 100 // a row of the log is wider than a line of a draft
	right := s.Width - left
	body := s.Height - 2
	top := body / 2
	s.panes = [...]Rect{
		{0, 1, left, top},
		{0, 1 + top, left, body - top},
		{left, 1, right, top},
		{left, 1 + top, right, body - top},
	}
}
