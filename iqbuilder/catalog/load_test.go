package catalog

import (
	"encoding/gob"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// kindsToCome is about how many kinds there will be.
const kindsToCome = 350

var (
	keyLine  = regexp.MustCompile(`(?m)^(key|payload|result|superseded_by) = "(\w+)"`)
	listLine = regexp.MustCompile(`(?m)^(next|aliases) = .*$`)
	listWord = regexp.MustCompile(`"(\w+)"`)
	nsLine   = regexp.MustCompile(`(?m)^namespace = "(.*)"$`)
)

// copies are the built-in files as often as makes at least so many kinds, under other keys and with
// other namespaces.
func copies(tb testing.TB, kinds int) []File {
	tb.Helper()
	files := builtinFiles()
	one := len(Builtin().Kinds())
	for n := 2; len(files) > 0 && one*(n-1) < kinds; n++ {
		number := fmt.Sprintf("_%d", n)
		for _, f := range builtinFiles() {
			text := keyLine.ReplaceAllStringFunc(string(f.Text), func(line string) string {
				if strings.HasSuffix(line, `"`+ResultEmpty+`"`) {
					return line
				}
				return strings.TrimSuffix(line, `"`) + number + `"`
			})
			text = listLine.ReplaceAllStringFunc(text, func(line string) string {
				return listWord.ReplaceAllString(line, `"${1}`+number+`"`)
			})
			text = nsLine.ReplaceAllString(text, `namespace = "${1}`+number+`"`)
			files = append(files, File{f.Name + number, []byte(text)})
		}
	}
	return files
}

// coldFiles is the environment variable that makes the test binary a process that loads the files
// kept in that place, once, and says how many nanoseconds it took.
const coldFiles = "IQSCOPE_TEST_COLD_FILES"

func TestMain(m *testing.M) {
	kept := os.Getenv(coldFiles)
	if kept == "" {
		os.Exit(m.Run())
	}
	in, err := os.Open(kept)
	var files []File
	if err == nil {
		err = gob.NewDecoder(in).Decode(&files)
	}
	start := time.Now()
	if err == nil {
		_, err = new(Catalog).With(files...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(time.Since(start).Nanoseconds())
}

// BenchmarkLoad has the time in a process that has loaded nothing yet as cold-ms, the least of all,
// for other processes are not to count.
func BenchmarkLoad(b *testing.B) {
	for name, kinds := range map[string]int{"built in": 0, fmt.Sprintf("%d kinds", kindsToCome): kindsToCome} {
		b.Run(name, func(b *testing.B) {
			files := copies(b, kinds)
			cold := coldLoad(b, files)
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				c, err := new(Catalog).With(files...)
				if err != nil {
					b.Fatal(err)
				}
				n = len(c.kinds)
			}
			b.ReportMetric(cold.Seconds()*1e3, "cold-ms")
			b.ReportMetric(float64(n), "kinds")
		})
	}
}

func coldLoad(b *testing.B, files []File) time.Duration {
	b.Helper()
	kept := filepath.Join(b.TempDir(), "files")
	out, err := os.Create(kept)
	if err == nil {
		err = gob.NewEncoder(out).Encode(files)
	}
	if err != nil {
		b.Fatal(err)
	}
	least := time.Duration(math.MaxInt64)
	for range 20 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), coldFiles+"="+kept)
		said, err := child.Output()
		if err != nil {
			b.Fatal(err)
		}
		took, err := strconv.ParseInt(strings.TrimSpace(string(said)), 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		least = min(least, time.Duration(took))
	}
	return least
}
