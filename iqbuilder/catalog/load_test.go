package catalog

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// coldLoad is the environment variable that makes the test binary a process that loads the catalogue
// once, and says how many nanoseconds it took.
const coldLoad = "IQSCOPE_TEST_COLD_LOAD"

func TestMain(m *testing.M) {
	if os.Getenv(coldLoad) == "" {
		os.Exit(m.Run())
	}
	start := time.Now()
	Builtin()
	fmt.Println(time.Since(start).Nanoseconds())
}

// BenchmarkLoad has the time in a process that has loaded nothing yet: the least of all, for other
// processes are not to count.
func BenchmarkLoad(b *testing.B) {
	least := time.Duration(math.MaxInt64)
	for b.Loop() {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), coldLoad+"=1")
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
	b.ReportMetric(least.Seconds()*1e3, "cold-ms")
	b.ReportMetric(float64(len(Builtin().Kinds())), "kinds")
}
