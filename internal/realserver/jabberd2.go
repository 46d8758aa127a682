package realserver

import (
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Jabberd2 starts a jabberd2 for the test alone, and stops it when the test ends. It is a server of
// old habits: SASL without SCRAM beside the login of before (XEP-0078), no stream management, no
// pubsub.localhost. Of the options it knows those of certificates and accounts; the others change
// nothing.
func Jabberd2(tb testing.TB, options ...Option) *Server {
	tb.Helper()
	return own(tb, jabberd2, options)
}

var jabberd2 = product{
	name:      "jabberd2",
	find:      findJabberd2,
	configure: configureJabberd2,
	portTaken: "to listen", // "failed to listen" or "unable to listen"
}

// findJabberd2 returns the folder of its modules. The programs are where only administrators look.
func findJabberd2() (string, error) {
	if _, err := exec.LookPath(jabberd2Program("router")); err == nil {
		if found, _ := filepath.Glob("/usr/lib/*/jabberd2/authreg_pipe.so"); len(found) > 0 {
			return filepath.Dir(found[0]), nil
		}
	}
	return "", fmt.Errorf("jabberd2 %w (Debian: apt-get install jabberd2)", errMissing)
}

func jabberd2Program(part string) string { return "/usr/sbin/jabberd2-" + part }

// jabberd2Script runs its three parts, of which each dies with the shell, however that ends. They
// find their files by names alone, in the server's folder. Asked to stop, the shell waits for them.
const jabberd2Script = `trap : TERM
for part in router sm c2s; do
	setpriv --pdeathsig KILL /usr/sbin/jabberd2-$part -c $part.xml &
done
wait
wait
`

// jabberd2Auth is asked for accounts by the part that clients connect to: one line for each question
// and one for each answer. Passwords are in base64, in a file for each account.
const jabberd2Auth = `#!/bin/sh
answer() { if "$@"; then echo OK; else echo NO; fi; }
echo OK USER-EXISTS GET-PASSWORD CHECK-PASSWORD SET-PASSWORD CREATE-USER DELETE-USER FREE
while read -r command user a b; do
	case $command in
	USER-EXISTS) answer test -f "accounts/$user@$a" ;;
	GET-PASSWORD) if test -f "accounts/$user@$a"; then echo "OK $(cat "accounts/$user@$a")"; else echo NO; fi ;;
	CHECK-PASSWORD) answer grep -qxF -e "$a" "accounts/$user@$b" ;;
	SET-PASSWORD) echo "$a" >"accounts/$user@$b"; echo OK ;;
	CREATE-USER) : >"accounts/$user@$a"; echo OK ;;
	DELETE-USER) answer rm "accounts/$user@$a" ;;
	FREE) exit ;;
	*) echo NO ;;
	esac
done
`

const jabberd2Router = `<router><id>router</id><log type='stdout'/>
<local><ip>127.0.0.1</ip><port>%s</port><users>users.xml</users><secret>%s</secret></local>
<io><max_fds>1024</max_fds><limits><bytes>0</bytes><connects>0</connects></limits></io>
<aci><acl type='all'><user>jabberd</user></acl></aci></router>
`

const jabberd2Users = "<users><user><name>jabberd</name><secret>inside</secret></user></users>\n"

// jabberd2Inside is how the other parts find the router, which may be there later than they are.
const jabberd2Inside = `<router><ip>127.0.0.1</ip><port>%s</port><user>jabberd</user><pass>inside</pass>
<retry><init>60</init><lost>0</lost><sleep>1</sleep></retry></router><log type='stdout'/>`

// The mechanisms are those of Debian's own configuration. Nothing is throttled.
const jabberd2Clients = `<c2s><id>c2s</id>%[1]s
<local>
<id realm='localhost' pemfile='%[5]s' require-starttls='yes' register-enable='yes'>localhost</id>
<ip>127.0.0.1</ip><port>%[2]s</port><ssl-port>%[3]s</ssl-port><pemfile>%[5]s</pemfile>
</local>
<io><max_fds>1024</max_fds><limits><bytes>0</bytes><stanzas>0</stanzas><connects>0</connects><stanzasize>0</stanzasize></limits></io>
<authreg><path>%[4]s</path><module>pipe</module><pipe><exec>./auth</exec></pipe>
<mechanisms><traditional><plain/><digest/></traditional><sasl><plain/><digest-md5/></sasl></mechanisms>
<ssl-mechanisms><traditional><plain/></traditional><sasl><plain/><external/></sasl></ssl-mechanisms>
</authreg></c2s>
`

const jabberd2Sessions = `<sm><id>sm</id>%[1]s
<local><id>localhost</id></local>
<storage><path>%[2]s</path><driver>fs</driver><fs><path>data</path></fs></storage>
<aci><acl type='all'><jid>alice@localhost</jid></acl></aci>
<modules><path>%[2]s</path>
%[3]s</modules>
<discovery><identity><category>server</category><type>im</type><name>Jabber IM server</name></identity><agents/></discovery>
<user><auto-create/></user></sm>
`

// jabberd2Chains are the modules of Debian's own configuration, by what calls them, in order.
var jabberd2Chains = [][2]string{
	{"sess-start", "status"},
	{"sess-end", "status iq-last"},
	{"in-sess", "validate status privacy roster vacation iq-vcard iq-ping iq-private disco amp offline announce presence deliver"},
	{"out-sess", ""},
	{"in-router", "session validate presence privacy"},
	{"out-router", "privacy"},
	{"pkt-sm", "iq-last iq-ping iq-time iq-version amp disco announce help echo status presence"},
	{"pkt-user", "roster presence disco iq-vcard amp deliver vacation offline iq-last"},
	{"pkt-router", "session disco"},
	{"user-load", "active roster roster-publish privacy vacation"},
	{"user-unload", ""},
	{"user-create", "active template-roster"},
	{"user-delete", "active announce offline privacy roster vacation status iq-last iq-private iq-vcard"},
	{"disco-extend", "iq-version help"},
}

func configureJabberd2(s *Server, path string, _ settings) (launch, error) {
	var chains strings.Builder
	for _, chain := range jabberd2Chains {
		fmt.Fprintf(&chains, "<chain id='%s'>", chain[0])
		for _, module := range strings.Fields(chain[1]) {
			fmt.Fprintf(&chains, "<module>%s</module>", module)
		}
		chains.WriteString("</chain>\n")
	}
	inside := fmt.Sprintf(jabberd2Inside, portOf(s.ComponentAddr))
	files := map[string]string{
		"router.xml": fmt.Sprintf(jabberd2Router, portOf(s.ComponentAddr), s.ComponentSecret),
		"users.xml":  jabberd2Users,
		"c2s.xml":    fmt.Sprintf(jabberd2Clients, inside, portOf(s.Addr), portOf(s.DirectTLSAddr), path, filepath.Base(s.certificateFile())),
		"sm.xml":     fmt.Sprintf(jabberd2Sessions, inside, path, chains.String()),
		"auth":       jabberd2Auth,
	}
	for jid, password := range s.Accounts {
		files[filepath.Join("accounts", jid)] = base64.StdEncoding.EncodeToString([]byte(password)) + "\n"
	}
	for _, folder := range []string{"accounts", "data"} {
		if err := os.Mkdir(filepath.Join(s.dir, folder), 0o700); err != nil {
			return launch{}, err
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o700); err != nil {
			return launch{}, err
		}
	}
	return launch{
		argv:  []string{"/bin/sh", "-c", jabberd2Script},
		ready: []string{"[localhost] online", "ready for connections"},
	}, nil
}
