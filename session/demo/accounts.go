package demo

import (
	"crypto/rand"
	"sync"

	"github.com/xdg-go/scram"
)

// Password of both accounts.
const Password = "demo"

// Accounts are the names of those who can log in.
func Accounts() []string { return []string{"juliet", "romeo"} }

// storedPassword is what a server keeps of one (RFC 5802 §3), by mechanism. It is slow to make, on
// purpose, and so made for the first login by that mechanism.
type storedPassword map[string]func() (scram.StoredCredentials, error)

func newCredentials() map[string]storedPassword {
	all := make(map[string]storedPassword)
	for _, account := range Accounts() {
		all[account] = storedPassword{
			scramSHA256: sync.OnceValues(func() (scram.StoredCredentials, error) { return stored(scram.SHA256, account) }),
			scramSHA1:   sync.OnceValues(func() (scram.StoredCredentials, error) { return stored(scram.SHA1, account) }),
		}
	}
	return all
}

func stored(hash scram.HashGeneratorFcn, account string) (scram.StoredCredentials, error) {
	client, err := hash.NewClient(account, Password, "")
	if err != nil {
		return scram.StoredCredentials{}, err
	}
	return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: rand.Text(), Iters: scramIterations})
}
