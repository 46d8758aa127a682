package demo

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"iqscope/iqbuilder/stanza"
)

const many = "many@bots.demo.localhost"

func pageIQ(wish string) string {
	return get(many, "<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'>"+wish+"</set></query>")
}

func TestPagesOfManyItems(t *testing.T) {
	p := login(t, start(t), "juliet", "balcony")
	item := func(n int) string { return fmt.Sprintf("item-%05d", n) }
	for _, row := range []struct {
		name, wish  string
		first, last int // 0 for none
	}{
		{"the first", "<max>10</max>", 1, 10},
		{"the first, said so", "<max>10</max><after/>", 1, 10},
		{"the next", "<max>10</max><after>item-00010</after>", 11, 20},
		{"the last but one of the last", "<max>10</max><after>item-09995</after>", 9996, 10000},
		{"behind the last", "<max>10</max><after>item-10000</after>", 0, 0},
		{"the last", "<max>10</max><before/>", 9991, 10000},
		{"before that", "<max>10</max><before>item-09991</before>", 9981, 9990},
		{"before the sixth", "<max>10</max><before>item-00006</before>", 1, 5},
		{"before the first", "<max>10</max><before>item-00001</before>", 0, 0},
		{"by index", "<max>3</max><index>5000</index>", 5001, 5003},
		{"the count only", "<max>0</max>", 0, 0},
		{"without a size", "", 1, pageSize},
		{"too many", "<max>10000</max>", 1, maxPageSize},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := p.result(pageIQ(row.wish))
			contains(t, got, "<count>10000</count>")
			n := 0
			if row.first > 0 {
				n = row.last - row.first + 1
				contains(t, got, fmt.Sprintf("<first index='%d'>%s</first><last>%s</last>", row.first-1, item(row.first), item(row.last)), "node='"+item(row.first)+"'")
			}
			if items := len(texts(t, got, "item")); items != n {
				t.Errorf("%d items, want %d", items, n)
			}
		})
	}
	for wish, want := range map[string]string{
		"<max>x</max>":               "bad-request/modify",
		"<max>-1</max>":              "bad-request/modify",
		"<index>99999999999</index>": "bad-request/modify",
		"<index>10000</index>":       "item-not-found/cancel",
		"<after>nonsense</after>":    "item-not-found/cancel",
		"<before>nonsense</before>":  "item-not-found/cancel",
		"<after>item-00001</after><before>item-00003</before>": "bad-request/modify",
		"<after>item-00001</after><index>1</index>":            "bad-request/modify",
	} {
		p.refused(want, pageIQ(wish))
	}
	t.Run("nobody asked for pages", func(t *testing.T) {
		got := p.result(get(many, "<query xmlns='http://jabber.org/protocol/disco#items'/>"))
		if n := len(texts(t, got, "item")); n != pageSize {
			t.Errorf("%d items", n)
		}
	})
	contains(t, p.result(get(many, "<query xmlns='http://jabber.org/protocol/disco#info' node='item-00042'/>")), "name='Item 42 of 10000'")
	p.refused("item-not-found/cancel", get(many, "<query xmlns='http://jabber.org/protocol/disco#info' node='item-10001'/>"))
}

// heavyList has items of half a page each.
type heavyList int

func (l heavyList) length() int     { return int(l) }
func (l heavyList) id(i int) string { return strconv.Itoa(i) }
func (l heavyList) size(int) int    { return maxPageBytes / 2 }
func (l heavyList) find(id string) (int, bool) {
	i, err := strconv.Atoi(id)
	return i, err == nil && i >= 0 && i < int(l)
}

func TestPagesAreBoundedInBytes(t *testing.T) {
	id := "9"
	for _, row := range []struct {
		name string
		wish pageWish
		want [2]int
	}{
		{"forwards", pageWish{limited: true, max: 10}, [2]int{0, 2}},
		{"without a limit", pageWish{}, [2]int{0, 2}},
		{"backwards", pageWish{limited: true, max: 10, before: &id}, [2]int{7, 9}},
	} {
		p, err := row.wish.cut(heavyList(20))
		if diff := cmp.Diff(row.want, [2]int{p.from, p.to}); diff != "" || err != nil {
			t.Errorf("%s: %v %s", row.name, err, diff)
		}
	}
}

// FuzzPages holds that every wish gets a page inside the list, or an error.
func FuzzPages(f *testing.F) {
	f.Add("<max>1</max>", uint8(3))
	f.Add("<before/><max>7</max>", uint8(3))
	f.Add("<index>2</index>", uint8(3))
	f.Add("<after>1</after><max>0</max>", uint8(3))
	f.Fuzz(func(t *testing.T, wish string, length uint8) {
		el, err := stanza.Parse("<q><set xmlns='"+nsPages+"'>"+wish+"</set></q>", stanza.ClientScope())
		if err != nil {
			return
		}
		root, err := el.Tree()
		if err != nil {
			return
		}
		w, _, wrong := readPage(root)
		if wrong != nil {
			return
		}
		p, wrong := w.cut(heavyList(length))
		if wrong == nil && (p.from < 0 || p.from > p.to || p.to > int(length) || p.to-p.from > w.max) {
			t.Errorf("%s of %d is %d to %d", wish, length, p.from, p.to)
		}
	})
}
