package layout

// Shift is how far the user has moved the borders between panes from where they would be, in cells.
// The zero Shift leaves them there. It may be wished for on any screen: where it is too much, less
// is done.
type Shift struct {
	Left    int // the first column is so much wider
	Right   int // the inspector's column of three is so much wider
	Upper   int // compose is so much higher, at the cost of pending
	LogRows int // the log is so much higher, at the cost of the inspector
}

// Wider returns the shift that makes a pane's column wider by some cells; narrower if they are
// negative.
func (s Screen) Wider(p Pane, cells int) Shift {
	shift := s.Shift
	switch {
	case s.Mode == Triple && p == Inspect:
		shift.Right += cells
	case s.Mode == Triple && p == Log:
		shift.Left -= cells // of its two neighbours, the one that is not read but written
	case p == Compose || p == Pending:
		shift.Left += cells
	default:
		shift.Left -= cells
	}
	return shift
}

// Higher returns the shift that makes a pane higher by some lines; lower if they are negative.
func (s Screen) Higher(p Pane, lines int) Shift {
	shift := s.Shift
	switch p {
	case Compose:
		shift.Upper += lines
	case Pending:
		shift.Upper -= lines
	case Log:
		shift.LogRows += lines
	case Inspect:
		shift.LogRows -= lines
	}
	return shift
}

// Border is a border between panes that can be moved. The zero Border is none.
type Border struct {
	left  Pane // the pane at its left, for one that stands
	above Pane // the pane above, for one that lies
}

// Border returns the border at a cell, which is where the frames of two panes touch; the zero
// Border where there is none.
func (s Screen) Border(x, y int) Border {
	p := s.At(x, y)
	if p == 0 {
		return Border{}
	}
	r := s.Pane(p)
	switch {
	case x == r.X+r.W-1 && r.X+r.W < s.Width:
		return Border{left: p}
	case x == r.X && r.X > 0:
		return Border{left: s.At(x-1, y)}
	case y == r.Y+r.H-1 && s.At(x, y+1) != 0:
		return Border{above: p}
	case y == r.Y && s.At(x, y-1) != 0:
		return Border{above: s.At(x, y-1)}
	}
	return Border{}
}

// Drag returns the shift that brings a border to a cell.
func (s Screen) Drag(b Border, x, y int) Shift {
	switch {
	case b.above != 0:
		r := s.Pane(b.above)
		return s.Higher(b.above, y-(r.Y+r.H-1))
	case b.left == 0:
		return s.Shift
	case s.Mode == Triple && b.left == Log:
		r := s.Pane(Inspect)
		return s.Wider(Inspect, r.X-x)
	}
	r := s.Pane(b.left)
	return s.Wider(b.left, x-(r.X+r.W-1))
}
