package demo

import (
	"crypto/rand"

	"github.com/xdg-go/scram"
)

// Password of both accounts.
const Password = "demo"

// contact is one entry of a roster (RFC 6121 §2.1).
type contact struct {
	jid, name, subscription, group string
}

// rosters holds the accounts, and whom each of them knows. Contacts with the
// subscription "both" see each other's presence.
var rosters = map[string][]contact{
	"juliet": {
		{"romeo@" + Domain, "Romeo", "both", "Friends"},
		{"echo@" + BotsDomain, "Echo", "to", "Bots"},
		{"nurse@example.org", "Nurse", "none", "Household"},
	},
	"romeo": {
		{"juliet@" + Domain, "Juliet", "both", "Friends"},
		{"liar@" + BotsDomain, "Liar", "to", "Bots"},
		{"mercutio@example.org", "Mercutio", "none", "Friends"},
	},
}

// newCredentials prepares what a server keeps of each password (RFC 5802 §3).
func newCredentials() (map[string]scram.StoredCredentials, error) {
	all := make(map[string]scram.StoredCredentials)
	for account := range rosters {
		client, err := scram.SHA256.NewClient(account, Password, "")
		if err != nil {
			return nil, err
		}
		stored, err := client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: rand.Text(), Iters: scramIterations})
		if err != nil {
			return nil, err
		}
		all[account] = stored
	}
	return all, nil
}
