package house

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What the program owes stands in two tables, and each row in them is shown by a test that cites it:
// "row 26", "fault 8", "rows 39 and 40", "faults 10 to 12", TestRow7.
var tables = []struct{ document, word string }{
	{"docs/acceptance-rows.md", "row"},
	{"docs/faults.md", "fault"},
}

// numbers is a list of them in words.
const numbers = `(\d+(?:(?:, | and | to )\d+)*)`

var (
	tableRow = regexp.MustCompile(`(?m)^\| (\d+) \|`)
	waiting  = regexp.MustCompile(`Rows ` + numbers + ` wait\s`)
	oneOrTo  = regexp.MustCompile(`(\d+)(?: to (\d+))?`)
	// A citation may go on in the next line of a comment.
	comment = regexp.MustCompile(`\n\s*//\s*`)
	// In the name of a test there is no white space: TestRows46And47.
	inName = regexp.MustCompile(`(?m)^func Test(Rows?|Faults?)(\d+(?:And\d+)*)`)
	digits = regexp.MustCompile(`\d+`)
	// misnamed is a fault that is called a row.
	misnamed = regexp.MustCompile(`(?i)\brows? ` + numbers + ` of (?:the )?faults`)
)

// set is the numbers that a list means.
func set(list string) map[int]bool {
	found := map[int]bool{}
	for _, m := range oneOrTo.FindAllStringSubmatch(list, -1) {
		first, _ := strconv.Atoi(m[1])
		last, err := strconv.Atoi(m[2])
		if err != nil {
			last = first
		}
		for n := first; n <= last; n++ {
			found[n] = true
		}
	}
	return found
}

// cited is the numbers that a file cites behind a word.
func cited(word, text string) map[int]bool {
	found := map[int]bool{}
	running := comment.ReplaceAllString(text, " ")
	for _, m := range regexp.MustCompile(`(?i)\b`+word+`s? `+numbers).FindAllStringSubmatch(running, -1) {
		maps.Copy(found, set(m[1]))
	}
	for _, m := range inName.FindAllStringSubmatch(text, -1) {
		if strings.EqualFold(strings.TrimSuffix(m[1], "s"), word) {
			maps.Copy(found, set(strings.Join(digits.FindAllString(m[2], -1), ", ")))
		}
	}
	return found
}

// tests are the texts of all files of tests but this one, by their names.
func tests(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "house/rows_test.go"):
			return nil
		}
		text, err := os.ReadFile(name)
		texts[strings.TrimPrefix(filepath.ToSlash(name), root+"/")] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestEachRowIsCitedByATest(t *testing.T) {
	texts := tests(t)
	for name, text := range texts {
		if m := misnamed.FindString(comment.ReplaceAllString(text, " ")); m != "" {
			t.Errorf("%s says %q: it is a fault, not a row", name, m)
		}
	}
	for _, table := range tables {
		document, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(table.document)))
		if err != nil {
			t.Fatal(err)
		}
		found := map[int]bool{}
		for _, text := range texts {
			maps.Copy(found, cited(table.word, text))
		}
		for _, complaint := range compare(table.word, string(document), found) {
			t.Errorf("%s: %s", table.document, complaint)
		}
	}
}

// compare says where a document and what the tests cite disagree.
func compare(word, document string, cited map[int]bool) (complaints []string) {
	rows, later := map[int]bool{}, map[int]bool{}
	for _, m := range tableRow.FindAllStringSubmatch(document, -1) {
		maps.Copy(rows, set(m[1]))
	}
	for _, m := range waiting.FindAllStringSubmatch(document, -1) {
		maps.Copy(later, set(m[1]))
	}
	if len(rows) == 0 {
		return []string{"it has no rows"}
	}
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		switch {
		case !cited[n] && !later[n]:
			complaints = append(complaints, fmt.Sprintf("no test cites %s %d", word, n))
		case cited[n] && later[n]:
			complaints = append(complaints, fmt.Sprintf("a test cites %s %d, which is said to wait", word, n))
		}
	}
	for _, n := range slices.Sorted(maps.Keys(cited)) {
		if !rows[n] {
			complaints = append(complaints, fmt.Sprintf("a test cites %s %d, which is not there", word, n))
		}
	}
	return complaints
}

func TestWhatACitationIs(t *testing.T) {
	for _, row := range []struct {
		text string
		want []int
	}{
		{"// Row 7: it is so.", []int{7}},
		{"// Rows 1, 10 to 12\n\t// and 24 on real servers.", []int{1, 10, 11, 12, 24}},
		{`t.Run("row 33", f)`, []int{33}},
		{"func TestRow39AllSee(t *testing.T) {", []int{39}},
		{"func TestRows46And47FiltersNarrow(t *testing.T) {", []int{46, 47}},
		{"// Fault 8: it is bounded.\nfunc TestFault9(t *testing.T) {", nil},
		{"// two rows, 1 column; arrow 5; the row of 3", nil},
	} {
		if got := slices.Sorted(maps.Keys(cited("row", row.text))); !slices.Equal(got, row.want) {
			t.Errorf("%q cites %v, want %v", row.text, got, row.want)
		}
	}
}

func TestWhereTheTablesAndTheTestsDisagree(t *testing.T) {
	const document = "Rows 3 and 4 wait\nfor others.\n\n| 1 | a |\n| 2 | b |\n| 3 | c |\n| 4 | d |\n"
	want := []string{"no test cites row 2", "a test cites row 4, which is said to wait", "a test cites row 5, which is not there"}
	if got := compare("row", document, map[int]bool{1: true, 4: true, 5: true}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := compare("row", "nothing", nil); len(got) != 1 {
		t.Errorf("a document without rows: %q", got)
	}
}
