package house

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// architecture is the page that says on which floor each package is.
const architecture = "docs/ARCHITECTURE.md"

// room is a row of the page's table of floors.
type room struct {
	floor, row int
	below      bool // the packages below it are in the row, too
}

var (
	floorRow = regexp.MustCompile("(?m)^\\| (\\d+) \\| (`[^|]*) \\|")
	quoted   = regexp.MustCompile("`([^`]*)`( and below)?")
)

// readFloors reads the table.
func readFloors(page string) map[string]room {
	rooms := map[string]room{}
	for row, cells := range floorRow.FindAllStringSubmatch(page, -1) {
		floor, _ := strconv.Atoi(cells[1])
		for _, name := range quoted.FindAllStringSubmatch(cells[2], -1) {
			dir := name[1]
			if dir == "main.go" {
				dir = "."
			}
			rooms[dir] = room{floor, row, name[2] != ""}
		}
	}
	return rooms
}

// roomOf finds the row of a package.
func roomOf(rooms map[string]room, dir string) (room, bool) {
	if r, ok := rooms[dir]; ok {
		return r, true
	}
	for name, r := range rooms {
		if r.below && strings.HasPrefix(dir, name+"/") {
			return r, true
		}
	}
	return room{}, false
}

// checkFloors says what is wrong with the imports: a package imports those of lower floors and of
// its own row. One that is in no row serves tests, and is imported by none that is.
func checkFloors(s source, page string) []string {
	rooms := readFloors(page)
	var wrong []string
	for _, dir := range slices.Sorted(maps.Keys(s.packages)) {
		own, placed := roomOf(rooms, dir)
		if !placed && !strings.Contains(page, "`"+dir+"`") {
			wrong = append(wrong, fmt.Sprintf("%s does not say what lives in %s", architecture, dir))
		}
		for _, file := range s.packages[dir] {
			for _, other := range imported(file) {
				r, there := roomOf(rooms, other)
				switch at := s.positions.Position(file.Package).Filename; {
				case !placed || r.row == own.row && there:
				case !there:
					wrong = append(wrong, fmt.Sprintf("%s imports %s, which is there for tests", at, other))
				case r.floor >= own.floor:
					wrong = append(wrong, fmt.Sprintf("%s, on floor %d, imports %s of floor %d", at, own.floor, other, r.floor))
				}
			}
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(rooms)) {
		if len(s.packages[dir]) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s has %s, which is not there", architecture, dir))
		}
	}
	return wrong
}

func TestImportsGoDown(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, architecture))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range checkFloors(readSource(t), string(page)) {
		t.Error(problem)
	}
}

func TestImportsThatDoNotGoDownAreFound(t *testing.T) {
	const page = "| 1 | `cellar` | |\n| 1 | `coal` | |\n| 2 | `hall` and below | |\n| 3 | `attic`, `main.go` | |\n`props`\n"
	for _, row := range []struct{ name, file, imports, want string }{
		{"down", "hall/a.go", "cellar", ""},
		{"within a row", "main.go", "attic", ""},
		{"below a room of its row", "hall/a.go", "hall/lamp", ""},
		{"from what serves tests", "props/a.go", "attic", ""},
		{"beside it", "cellar/a.go", "coal", "cellar/a.go, on floor 1, imports coal of floor 1"},
		{"up", "hall/lamp/a.go", "attic", "hall/lamp/a.go, on floor 2, imports attic of floor 3"},
		{"what serves tests", "attic/a.go", "props", "attic/a.go imports props, which is there for tests"},
		{"from what nobody knows", "shed/a.go", "cellar", architecture + " does not say what lives in shed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := parsed(t, row.file, fmt.Sprintf("package x\nimport _ %q", module+"/"+row.imports))
			for _, dir := range []string{"cellar", "coal", "hall", "attic", "."} {
				s.packages[dir] = append(s.packages[dir], parsed(t, "y.go", "package y").packages["."]...)
			}
			var want []string
			if row.want != "" {
				want = []string{row.want}
			}
			if diff := cmp.Diff(want, checkFloors(s, page)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := checkFloors(parsed(t, "cellar/a.go", "package x"), "| 1 | `cellar`, `coal` | |"); len(got) != 1 || !strings.Contains(got[0], "has coal") {
		t.Errorf("of a room that is gone: %q", got)
	}
}
