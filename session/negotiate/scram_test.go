package negotiate

import (
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

// FuzzSCRAM plays both messages of a hostile server. NONCE stands for the
// client's own, without which a server gets nowhere.
func FuzzSCRAM(f *testing.F) {
	f.Add("r=NONCEx,s=c2FsdA==,i=4096", "v=c2lnbmF0dXJl")
	f.Add("r=NONCE,s=,i=4096,x=y", "e=other-error")
	f.Add("m=x,r=NONCEx,s=c2FsdA==,i=4096", "")
	f.Add("r=,s=,i=4096,m=", "v=")
	f.Fuzz(func(t *testing.T, challenge, final string) {
		run, err := startSCRAM(scram.SHA256)("juliet", "secret")
		if err != nil {
			t.Fatal(err)
		}
		first, err := run.first()
		if err != nil {
			t.Fatal(err)
		}
		_, nonce, _ := strings.Cut(first, ",r=")
		challenge = strings.ReplaceAll(challenge, "NONCE", nonce)
		if strings.Contains(challenge, ",i=") && !strings.Contains(challenge, ",i=4096") {
			t.Skip("computing many rounds takes too long here")
		}
		if proof, err := run.answer(challenge); err == nil && !strings.Contains(proof, ",r="+nonce) {
			t.Errorf("answered %q with %q", challenge, proof)
		}
		if run.finish(final) == nil {
			t.Errorf("%q and %q got in without knowing the password", challenge, final)
		}
	})
}
