package negotiate

import (
	"net"
	"testing"
)

func TestWeightsDecideByChance(t *testing.T) {
	all := []records{{mode: TLSStart, found: []*net.SRV{
		{Target: "none.", Port: 1, Weight: 0}, {Target: "much.", Port: 1, Weight: 90}, {Target: "little.", Port: 1, Weight: 10},
	}}}
	first := map[string]int{}
	const rounds = 4000
	for range rounds {
		ways := merge(all)
		if len(ways) != 3 {
			t.Fatalf("%d ways", len(ways))
		}
		first[ways[0].addr]++
	}
	// 90/101, 10/101 and 1/101 of the rounds, within six standard deviations.
	for _, c := range []struct {
		addr     string
		min, max int
	}{{"much:1", 3445, 3683}, {"little:1", 283, 510}, {"none:1", 3, 78}} {
		if n := first[c.addr]; n < c.min || n > c.max {
			t.Errorf("%s came first %d times of %d", c.addr, n, rounds)
		}
	}
}

func TestNoMoreThanTenRecordsAreTried(t *testing.T) {
	var many []*net.SRV
	for i := range 1000 {
		many = append(many, &net.SRV{Target: "host.", Port: uint16(i + 1), Priority: uint16(1000 - i)})
	}
	ways := merge([]records{{mode: TLSStart, found: many}})
	if len(ways) != maxWays || ways[0].addr != "host:1000" {
		t.Errorf("%d ways, the first %v", len(ways), ways[0])
	}
}
