package session

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"iqscope/internal/xmpptest"
	"iqscope/iqbuilder/stanza"
)

// Fault 5: what answers nothing, or nothing any more, is told apart by its verdict, and nothing is
// ever sent for it.
func TestTenThousandStrayRepliesAreToldApartAndNothingIsSent(t *testing.T) {
	const strays = 10_000
	for verdict, begin := range map[stanza.Verdict]func(*Request, func(string)){
		stanza.VerdictDuplicate: func(r *Request, says func(string)) { says(r.Exchange().Stanza.ID()) },
		stanza.VerdictLate:      func(r *Request, _ func(string)) { r.Cancel() },
		stanza.VerdictUnknownID: nil,
	} {
		for _, kind := range []string{"result", "error"} {
			t.Run(string(verdict)+" "+kind, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					s, p := online(t, Config{})
					id := "made-up"
					if begin != nil {
						r := start(t, s, xmpptest.Get(t))
						id = p.Hears().ID()
						begin(r, func(id string) { p.Says(result(id)) })
						<-r.Done()
					}
					from := s.Journal().Stats().Last
					stray := fmt.Sprintf(`<iq type="%s" id="%s"><x xmlns="y"/></iq>`, kind, id)
					for range strays {
						p.Sends(stray)
					}
					synctest.Wait()
					time.Sleep(time.Hour)
					p.HearsNothing()
					if got := s.Journal().Stats().Last - from; got != strays {
						t.Errorf("%d of %d are in the log", got, strays)
					}
					want := map[stanza.Verdict]int{verdict: strays}
					if verdict == stanza.VerdictLate { // only the first one can be
						want = map[stanza.Verdict]int{verdict: 1, stanza.VerdictDuplicate: strays - 1}
					}
					told := map[stanza.Verdict]int{}
					for seq := from + 1; seq <= from+strays; seq++ {
						if e, ok := s.Journal().Get(seq); ok {
							told[e.Verdict]++
						}
					}
					if diff := cmp.Diff(want, told); diff != "" {
						t.Errorf("they are told as (-want +got):\n%s", diff)
					}
				})
			})
		}
	}
}
