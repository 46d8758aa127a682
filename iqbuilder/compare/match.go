package compare

import (
	"cmp"
	"slices"
)

// pair says that one of the items before has become one of those after.
type pair struct{ before, after int }

// match finds what belongs together, in the order of both: first what is the same, then, in what lies
// between, what is alike. It answers the same for both directions.
func (c *comparer) match(before, after []item) []pair {
	same := func(i item) string { return string(i.full[:]) }
	like := func(i item) string { return i.like }
	var out []pair
	i, j := 0, 0
	between := func(p pair) {
		for _, q := range c.align(keys(before[i:p.before], like), keys(after[j:p.after], like)) {
			out = append(out, pair{i + q.before, j + q.after})
		}
		i, j = p.before, p.after
	}
	for _, p := range c.align(keys(before, same), keys(after, same)) {
		between(p)
		out = append(out, p)
		i, j = i+1, j+1
	}
	between(pair{len(before), len(after)})
	return out
}

func keys(items []item, of func(item) string) []string {
	out := make([]string, len(items))
	for i := range items {
		out[i] = of(items[i])
	}
	return out
}

// mostCells bounds the table in which the longest common subsequence of two lists is found. Longer
// lists are cut first at what is found once in each of them.
const mostCells = 250_000

// align finds equal keys in the order of both lists. Which of several ways it takes does not depend
// on which list is the first.
func (c *comparer) align(before, after []string) []pair {
	if slices.Compare(before, after) > 0 {
		pairs := c.aligned(after, before)
		for i, p := range pairs {
			pairs[i] = pair{p.after, p.before}
		}
		return pairs
	}
	return c.aligned(before, after)
}

func (c *comparer) aligned(a, b []string) []pair {
	var out []pair
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		out = append(out, pair{start, start})
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	out = append(out, c.middle(a[start:len(a)-end], b[start:len(b)-end], start, true)...)
	for ; end > 0; end-- {
		out = append(out, pair{len(a) - end, len(b) - end})
	}
	return out
}

// middle aligns what is left of lists whose ends are cut off. What is too long for a table is cut at
// the keys that both have once; what is too long even then is aligned by position.
func (c *comparer) middle(a, b []string, offset int, cut bool) []pair {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	var out []pair
	switch {
	case len(a)*len(b) <= mostCells:
		out = c.common(a, b)
	case cut:
		i, j := 0, 0
		between := func(p pair) {
			for _, q := range c.middle(a[i:p.before], b[j:p.after], 0, false) {
				out = append(out, pair{i + q.before, j + q.after})
			}
		}
		for _, p := range c.anchors(a, b) {
			between(p)
			out = append(out, p)
			i, j = p.before+1, p.after+1
		}
		between(pair{len(a), len(b)})
	default:
		for i := range min(len(a), len(b)) {
			c.steps++
			if a[i] == b[i] {
				out = append(out, pair{i, i})
			}
		}
	}
	for i := range out {
		out[i].before += offset
		out[i].after += offset
	}
	return out
}

// common finds the longest common subsequence.
func (c *comparer) common(a, b []string) []pair {
	width := len(b) + 1
	length := make([]int32, (len(a)+1)*width) // of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			c.steps++
			if a[i] == b[j] {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	var out []pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, pair{i, j})
			i, j = i+1, j+1
		case length[(i+1)*width+j] >= length[i*width+j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// anchors finds, among the keys that both lists have once, the most that stand in the same order.
func (c *comparer) anchors(a, b []string) []pair {
	once := func(list []string) map[string]int {
		at := make(map[string]int, len(list))
		for i, key := range list {
			if _, again := at[key]; again {
				i = -1
			}
			at[key] = i
		}
		return at
	}
	inA, inB := once(a), once(b)
	var candidates []pair // in the order of a
	for i, key := range a {
		if inA[key] != i {
			continue
		}
		if j, ok := inB[key]; ok && j >= 0 {
			candidates = append(candidates, pair{i, j})
		}
	}
	// The longest increasing run, by patience: ends holds the candidate with the least place in b
	// that ends a run of each length.
	var ends []int
	before := make([]int, len(candidates))
	for i, p := range candidates {
		n, _ := slices.BinarySearchFunc(ends, p.after, func(e, after int) int {
			c.steps++
			return cmp.Compare(candidates[e].after, after)
		})
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	var out []pair
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			out = append(out, candidates[i])
		}
	}
	slices.Reverse(out)
	return out
}
