package disco_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"iqscope/session/disco"
)

// The figure is the one that XEP-0115 §5.2 works out.
func TestTheVerificationStringOfTheSpecification(t *testing.T) {
	got := disco.Ver(disco.Info{Identities: []disco.Identity{{"client", "pc", "Exodus 0.9.1", ""}}, Features: []string{
		"http://jabber.org/protocol/muc", "http://jabber.org/protocol/disco#info",
		"http://jabber.org/protocol/caps", "http://jabber.org/protocol/disco#items",
	}})
	if want := "QgayPKawpkPSDYmwT/WM94uAlu0="; got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
}

func TestTheVerificationStringDoesNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-c]{1,3}`)
		in := disco.Info{Features: rapid.SliceOfDistinct(word, func(s string) string { return s }).Draw(t, "features")}
		for _, w := range rapid.SliceOfDistinct(word, func(s string) string { return s }).Draw(t, "identities") {
			in.Identities = append(in.Identities, disco.Identity{"client", w, "", ""})
		}
		for _, w := range rapid.SliceOfNDistinct(word, 0, 3, func(s string) string { return s }).Draw(t, "forms") {
			in.Forms = append(in.Forms, disco.Form{Type: w, Fields: []disco.Field{{"b", "", "", []string{w, "z", "a"}}, {"a", "", "", nil}}})
		}
		other := disco.Info{Identities: slices.Clone(in.Identities), Features: slices.Clone(in.Features)}
		for _, f := range in.Forms {
			f.Fields = []disco.Field{f.Fields[1], {"b", "", "", []string{"a", f.Type, "z"}}}
			other.Forms = append(other.Forms, f)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(other.Features), func(i, j int) { other.Features[i], other.Features[j] = other.Features[j], other.Features[i] })
		r.Shuffle(len(other.Identities), func(i, j int) {
			other.Identities[i], other.Identities[j] = other.Identities[j], other.Identities[i]
		})
		r.Shuffle(len(other.Forms), func(i, j int) { other.Forms[i], other.Forms[j] = other.Forms[j], other.Forms[i] })
		ver := disco.Ver(in)
		if ver == "" || ver != disco.Ver(other) {
			t.Fatalf("%q and %q of %+v", ver, disco.Ver(other), in)
		}
		other.Features = append(other.Features, "new")
		if ver == disco.Ver(other) {
			t.Fatal("another feature has the same string")
		}
	})
}

func TestWhatProvesNothingHasNoVerificationString(t *testing.T) {
	for name, in := range map[string]disco.Info{
		"a feature twice":    {Features: []string{"a", "a"}},
		"an identity twice":  {Identities: []disco.Identity{{"a", "b", "", ""}, {"a", "b", "", ""}}},
		"a form twice":       {Forms: []disco.Form{{Type: "a"}, {Type: "a"}}},
		"a < in a feature":   {Features: []string{"a<b"}},
		"not all of it":      {Features: []string{"a"}, Cut: true},
		"a < in a form":      {Forms: []disco.Form{{Type: "a", Fields: []disco.Field{{Var: "<"}}}}},
		"a < in an identity": {Identities: []disco.Identity{{"a", "b", "<", ""}}},
	} {
		if got := disco.Ver(in); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if disco.Ver(disco.Info{Features: []string{"a"}, Forms: []disco.Form{{}, {}}}) != disco.Ver(disco.Info{Features: []string{"a"}}) {
		t.Error("a form without a type counts")
	}
}

func TestAnswersAreSharedByThoseOfTheSameCapabilities(t *testing.T) {
	const a, b, mallory = "romeo@a.example/x", "nurse@b.example/y", "mallory@c.example/z"
	c := started()
	ver := disco.Ver(disco.Info{Identities: []disco.Identity{{"server", "im", "X", ""}}, Features: []string{"f"}})
	shows := func(jid, more string) {
		c.SawPresence(parse(t, "<presence from='"+jid+"'"+more))
	}
	caps := func(ver string) string {
		return "><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:example' ver='" + ver + "'/></presence>"
	}
	shows(a, caps(ver))
	shows(b, caps(ver))
	if c.Get(b, "").Infos.Asked() {
		t.Error("what nobody has answered is known")
	}
	c.Saw(answered(t, asks(t, c, disco.Query{JID: a}, noon), info("f")))
	e := c.Get(b, "")
	if !e.Info.Has("f") || !e.Shared || !e.Infos.Fresh(noon) {
		t.Errorf("the other one's answer is not taken: %+v", e)
	}
	if c.Facts(b).Info == nil || c.Get(a, "").Shared || c.Get(b, "node").Infos.Asked() {
		t.Error("the answer is shared too little, or too much")
	}
	shows(b, " type='unavailable'/>")
	if c.Get(b, "").Infos.Asked() {
		t.Error("who has left has capabilities")
	}
	shows(mallory, caps("forged"))
	shows(b, caps("forged"))
	c.Saw(answered(t, asks(t, c, disco.Query{JID: mallory}, noon), info("evil")))
	if c.Get(b, "").Infos.Asked() {
		t.Error("a forged string is believed")
	}
	shows(b, caps(ver))
	shows(b, "/>")
	if c.Get(b, "").Infos.Asked() {
		t.Error("a presence without capabilities keeps those of before")
	}
	shows(b, caps(ver))
	if !c.Get(b, "").Info.Has("f") {
		t.Error("who shows the string again is not known")
	}
	c.Forget(own, noon)
	shows(b, caps(ver))
	if c.Get(b, "").Infos.Asked() {
		t.Error("on another stream the answers of before are shared")
	}
}
