package negotiate

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/xdg-go/scram"
)

// FuzzSCRAM plays both messages of a hostile server, to a login of each hash and
// with each flag. NONCE stands for the client's own, without which a server gets nowhere.
func FuzzSCRAM(f *testing.F) {
	f.Add("r=NONCEx,s=c2FsdA==,i=4096", "v=c2lnbmF0dXJl", byte(0), []byte(nil))
	f.Add("r=NONCE,s=,i=4096,x=y", "e=other-error", byte(1), []byte("binding"))
	f.Add("m=x,r=NONCEx,s=c2FsdA==,i=4096", "", byte(2), []byte{0xff, ',', 0})
	f.Add("r=,s=,i=4096,m=", "v=", byte(3), []byte(nil))
	hashes := []scram.HashGeneratorFcn{scram.SHA1, scram.SHA256, scram.SHA512}
	f.Fuzz(func(t *testing.T, challenge, final string, which byte, bound []byte) {
		creds := credentials{user: "juliet", password: "secret"}
		plus, header := len(bound) > 0, "n,,"
		switch {
		case plus:
			creds.binding, header = binding{kind: "tls-exporter", data: bound}, "p=tls-exporter,,"
		case which&4 != 0:
			creds.binding, header = binding{unoffered: true}, "y,,"
		}
		run, err := startSCRAM(hashes[int(which)%len(hashes)], plus, creds)
		if err != nil {
			t.Fatal(err)
		}
		first, err := run.first()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(first, header) {
			t.Fatalf("began with %q, want %q", first, header)
		}
		_, nonce, _ := strings.Cut(first, ",r=")
		challenge = strings.ReplaceAll(challenge, "NONCE", nonce)
		if strings.Contains(challenge, ",i=") && !strings.Contains(challenge, ",i=4096") {
			t.Skip("computing many rounds takes too long here")
		}
		if proof, err := run.answer(challenge); err == nil {
			want := "c=" + base64.StdEncoding.EncodeToString(append([]byte(header), bound...)) + ",r=" + nonce
			if !strings.HasPrefix(proof, want) {
				t.Errorf("answered %q with %q", challenge, proof)
			}
		}
		if run.finish(final) == nil {
			t.Errorf("%q and %q got in without knowing the password", challenge, final)
		}
	})
}
