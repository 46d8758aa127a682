package themes

// look is a built-in theme as data. Where there are no more than sixteen colours, the ones that the
// terminal calls by number are used instead of the nearest to those that were meant: what is near in
// a small palette is often near to the background too.
type look struct {
	name, base    string // base is the theme that this one is made of; "" for none
	dark          bool   // made for a dark background
	chroma        string
	inks, sixteen inks
	peers         []string
	sixteenPeers  []string
}

// inks are what roles look like, by their names.
type inks map[string]ink

// ink is how a role is drawn. Colours are "#rrggbb", a number from 0 to 255, or "" for the
// terminal's own.
type ink struct {
	fg, bg                          string
	bg256                           string // in place of bg where there are 256 colours; "" for the nearest
	bold, underline, reverse, faint bool
}

// Foregrounds have a contrast of at least 4.5 to 1 (WCAG 2, AA) with the usual backgrounds of their
// kind and with those of this theme that they are drawn on; with 256 colours it is almost as much.
var darkLook = look{
	name: NameDark, dark: true, chroma: "github-dark",
	inks: inks{
		"text": {fg: "#e6edf3"}, "muted": {fg: "#a8b1bd"}, "title": {fg: "#ffffff", bold: true}, "dim": {fg: "#767d86"},
		"border": {fg: "#8b949e"}, "border-focused": {fg: "#79c0ff", bold: true},
		"error": {fg: "#ff9b94"}, "warning": {fg: "#e3b341"}, "success": {fg: "#56d364"}, "info": {fg: "#79c0ff"},
		"in": {fg: "#7ee0c3"}, "out": {fg: "#d8b4ff"},
		"get": {fg: "#79c0ff"}, "set": {fg: "#ffa657"}, "payload": {fg: "#ffffff", bold: true},
		"countdown": {fg: "#79c0ff"}, "countdown-urgent": {fg: "#ff9b94", bold: true},
		"tab": {fg: "#a8b1bd"}, "tab-active": {fg: "#ffffff", bg: "#1f4372", bg256: "18", bold: true},
		"selected": {fg: "#ffffff", bg: "#1f4372", bg256: "18"}, "selected-idle": {fg: "#e6edf3", bg: "#30363d"}, "selection": {fg: "#ffffff", bg: "#1f4f8f", bg256: "18"},
		"cursor": {reverse: true}, "match": {fg: "#000000", bg: "#e3b341"},
		"status": {fg: "#e6edf3", bg: "#30363d"}, "key": {fg: "#79c0ff", bold: true}, "hint": {fg: "#a8b1bd"},
	},
	peers:   []string{"#79c0ff", "#7ee0c3", "#d8b4ff", "#ffb3d9", "#e3c371", "#a5d66f", "#ffb38a", "#9fd7f0"},
	sixteen: darkSixteen, sixteenPeers: []string{"12", "6", "5", "3", "2"},
}

var lightLook = look{
	name: NameLight, chroma: "github",
	inks: inks{
		"text": {fg: "#1f2328"}, "muted": {fg: "#525b65"}, "title": {fg: "#000000", bold: true}, "dim": {fg: "#7d8590"},
		"border": {fg: "#5c6570"}, "border-focused": {fg: "#0550ae", bold: true},
		"error": {fg: "#a8111a"}, "warning": {fg: "#6b4f00"}, "success": {fg: "#0f5323"}, "info": {fg: "#0550ae"},
		"in": {fg: "#0a5a4a"}, "out": {fg: "#6639ba"},
		"get": {fg: "#0550ae"}, "set": {fg: "#8f3a00"}, "payload": {fg: "#000000", bold: true},
		"countdown": {fg: "#0550ae"}, "countdown-urgent": {fg: "#a8111a", bold: true},
		"tab": {fg: "#525b65"}, "tab-active": {fg: "#000000", bg: "#cfe4ff", bold: true},
		"selected": {fg: "#000000", bg: "#cfe4ff"}, "selected-idle": {fg: "#1f2328", bg: "#e1e6eb"}, "selection": {fg: "#000000", bg: "#b6d7ff", bg256: "153"},
		"cursor": {reverse: true}, "match": {fg: "#000000", bg: "#f2cc60"},
		"status": {fg: "#1f2328", bg: "#d8dee4"}, "key": {fg: "#0550ae", bold: true}, "hint": {fg: "#525b65"},
	},
	peers:   []string{"#0550ae", "#0a5a4a", "#6639ba", "#99286e", "#6b4f00", "#3f5c00", "#8f3a00", "#0f5878"},
	sixteen: lightSixteen, sixteenPeers: []string{"4", "5", "1"},
}

// The high-contrast themes have 7 to 1 (AAA) instead of 4.5.
var contrastLook = look{
	name: NameContrast, dark: true, chroma: OwnSyntax,
	inks: inks{
		"text": {fg: "#ffffff"}, "muted": {fg: "#d9dee5"}, "title": {fg: "#ffffff", bold: true}, "dim": {fg: "#8b939e"},
		"border": {fg: "#ffffff"}, "border-focused": {fg: "#ffe14d", bold: true},
		"error": {fg: "#ffb8b3", bold: true}, "warning": {fg: "#ffd866", bold: true}, "success": {fg: "#7dff8a"}, "info": {fg: "#a8dcff"},
		"in": {fg: "#8fffe1"}, "out": {fg: "#e8ccff"},
		"get": {fg: "#a8dcff"}, "set": {fg: "#ffc68f"}, "payload": {fg: "#ffffff", bold: true},
		"countdown": {fg: "#a8dcff"}, "countdown-urgent": {fg: "#ffb8b3", bold: true, underline: true},
		"tab": {fg: "#d9dee5"}, "tab-active": {fg: "#000000", bg: "#ffe14d", bold: true},
		"selected": {fg: "#ffffff", bg: "#00337a", bg256: "18", bold: true}, "selected-idle": {fg: "#ffffff", bg: "#333333"}, "selection": {fg: "#000000", bg: "#ffe14d"},
		"cursor": {reverse: true}, "match": {fg: "#000000", bg: "#ffe14d", bold: true},
		"status": {fg: "#ffffff", bg: "#333333"}, "key": {fg: "#ffe14d", bold: true}, "hint": {fg: "#ffffff"},
	},
	peers:   []string{"#a8dcff", "#8fffe1", "#e8ccff", "#ffcce8", "#ffe08a", "#c8f59a", "#ffc68f"},
	sixteen: darkSixteen, sixteenPeers: []string{"12", "6", "5", "3", "2"},
}

var contrastLightLook = look{
	name: NameContrastLight, chroma: OwnSyntax,
	inks: inks{
		"text": {fg: "#000000"}, "muted": {fg: "#30363d"}, "title": {fg: "#000000", bold: true}, "dim": {fg: "#6e7681"},
		"border": {fg: "#000000"}, "border-focused": {fg: "#00308f", bold: true},
		"error": {fg: "#800010", bold: true}, "warning": {fg: "#4d3800", bold: true}, "success": {fg: "#003d12"}, "info": {fg: "#00308f"},
		"in": {fg: "#004036"}, "out": {fg: "#4b1a99"},
		"get": {fg: "#00308f"}, "set": {fg: "#7a0060"}, "payload": {fg: "#000000", bold: true},
		"countdown": {fg: "#00308f"}, "countdown-urgent": {fg: "#800010", bold: true, underline: true},
		"tab": {fg: "#30363d"}, "tab-active": {fg: "#ffffff", bg: "#00308f", bold: true},
		"selected": {fg: "#000000", bg: "#cfe4ff", bg256: "195", bold: true}, "selected-idle": {fg: "#000000", bg: "#e1e6eb", bg256: "230"}, "selection": {fg: "#ffffff", bg: "#00308f"},
		"cursor": {reverse: true}, "match": {fg: "#000000", bg: "#ffd84d", bold: true},
		"status": {fg: "#000000", bg: "#d8dee4", bg256: "230"}, "key": {fg: "#00308f", bold: true}, "hint": {fg: "#000000"},
	},
	peers:   []string{"#00308f", "#004036", "#4b1a99", "#6b0a4a", "#4d3800", "#2f4200", "#6b2400"},
	sixteen: lightSixteen, sixteenPeers: []string{"4", "5", "1"},
}

// The neutral theme is for a background that nobody knows: the terminal's own foreground, and hues
// that stand as far from black as from white, which is 4.5 to 1.
var neutralLook = look{
	name: NameNeutral, chroma: OwnSyntax,
	inks: inks{
		"text": {}, "muted": {fg: "#767676"}, "title": {bold: true}, "dim": {fg: "#767676"},
		"border": {fg: "#767676"}, "border-focused": {fg: "#5f5fff", bold: true},
		"error": {fg: "#e12d2d", bold: true}, "warning": {fg: "#b36200", bold: true}, "success": {fg: "#008a00"}, "info": {fg: "#5f5fff"},
		"in": {fg: "#008787"}, "out": {fg: "#d700af"},
		"get": {fg: "#5f5fff"}, "set": {fg: "#b36200"}, "payload": {bold: true},
		"countdown": {fg: "#5f5fff"}, "countdown-urgent": {fg: "#e12d2d", bold: true},
		"tab": {fg: "#767676"}, "tab-active": {bold: true, reverse: true},
		"selected": {reverse: true}, "selected-idle": {bold: true}, "selection": {reverse: true},
		"cursor": {reverse: true}, "match": {underline: true, bold: true},
		"status": {reverse: true}, "key": {fg: "#5f5fff", bold: true}, "hint": {fg: "#767676"},
	},
	peers:   []string{"#5f5fff", "#008787", "#875fd7", "#d700af", "#b36200", "#008a00"},
	sixteen: bothSixteen, sixteenPeers: bothPeers,
}

// The 16 colours that a terminal calls by number are its user's choice. Those used here have 3 to 1
// with the background in the palettes of xterm, Tango, Solarized and the Linux console; what no
// colour can say in all of them is bold, underlined or in reverse.
var ansiLook = look{
	name: NameANSI, chroma: OwnSyntax, inks: bothSixteen, sixteen: bothSixteen, peers: bothPeers, sixteenPeers: bothPeers,
}

// bothSixteen reads on dark and on light: of all sixteen only magenta and bright red do.
var (
	bothSixteen = sixteen(inks{
		"error": {fg: "9", bold: true}, "warning": {fg: "9"}, "success": {bold: true}, "info": {},
		"in": {}, "out": {fg: "5"}, "get": {bold: true}, "set": {fg: "5", bold: true},
		"countdown": {}, "border-focused": {fg: "5", bold: true}, "key": {bold: true},
	})
	bothPeers = []string{"", "5"}

	darkSixteen = sixteen(inks{
		"error": {fg: "9"}, "warning": {fg: "3"}, "success": {fg: "2"}, "info": {fg: "12"},
		"in": {fg: "6"}, "out": {fg: "5"}, "get": {fg: "12"}, "set": {fg: "3"},
		"countdown": {fg: "12"}, "border-focused": {fg: "12", bold: true}, "key": {fg: "12", bold: true},
	})
	lightSixteen = sixteen(inks{
		"error": {fg: "1"}, "warning": {fg: "9"}, "success": {bold: true}, "info": {fg: "4"},
		"in": {}, "out": {fg: "5"}, "get": {fg: "4"}, "set": {fg: "5", bold: true},
		"countdown": {fg: "4"}, "border-focused": {fg: "4", bold: true}, "key": {fg: "4", bold: true},
	})
)

// sixteen adds to the coloured roles what all themes of sixteen colours have.
func sixteen(coloured inks) inks {
	all := inks{
		"text": {}, "muted": {}, "title": {bold: true}, "dim": {faint: true}, "border": {}, "payload": {bold: true},
		"tab": {}, "tab-active": {bold: true, reverse: true},
		"selected": {reverse: true}, "selected-idle": {bold: true}, "selection": {reverse: true},
		"cursor": {reverse: true}, "match": {underline: true, bold: true}, "status": {reverse: true}, "hint": {},
		"countdown-urgent": {fg: coloured["error"].fg, bold: true},
	}
	for role, ink := range coloured {
		all[role] = ink
	}
	return all
}
