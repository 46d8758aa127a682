package demo

import (
	"crypto/rand"

	"github.com/xdg-go/scram"
)

// Password of both accounts.
const Password = "demo"

// Accounts are the names of those who can log in.
func Accounts() []string { return []string{"juliet", "romeo"} }

// storedPassword is what a server keeps of one (RFC 5802 §3), by mechanism.
type storedPassword map[string]scram.StoredCredentials

func newCredentials() (map[string]storedPassword, error) {
	all := make(map[string]storedPassword)
	for _, account := range Accounts() {
		all[account] = make(storedPassword)
		for name, hash := range map[string]scram.HashGeneratorFcn{scramSHA256: scram.SHA256, scramSHA1: scram.SHA1} {
			client, err := hash.NewClient(account, Password, "")
			if err != nil {
				return nil, err
			}
			stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: rand.Text(), Iters: scramIterations})
			if err != nil {
				return nil, err
			}
			all[account][name] = stored
		}
	}
	return all, nil
}
