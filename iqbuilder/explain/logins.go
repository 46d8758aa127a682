package explain

// logins are the ways a SASL login fails (RFC 6120 §6.5).
var logins = map[string]entry{
	"aborted": {
		"The login was called off, at our own wish.",
		Nobody, []string{"Begin it again."}, "RFC 6120 §6.5.1"},
	"account-disabled": {
		"The account exists but has been switched off.",
		Ours, []string{"Ask the server's administrator."}, "RFC 6120 §6.5.2"},
	"credentials-expired": {
		"The password or certificate was right once, but is too old now.",
		Ours, []string{"Set a new password, or get a new certificate."}, "RFC 6120 §6.5.3"},
	"encryption-required": {
		"The server lets nobody log in this way without encryption.",
		Ours, []string{"Use TLS."}, "RFC 6120 §6.5.4"},
	"incorrect-encoding": {
		"The data of the login is not right Base64.",
		Ours, []string{"If you typed it yourself, encode it anew.", "If this program made it, please report it."}, "RFC 6120 §6.5.5"},
	"invalid-authzid": {
		"The login asks to act for another account in a way that is not an address, or is not allowed.",
		Ours, []string{"Leave the other account out."}, "RFC 6120 §6.5.6"},
	"invalid-mechanism": {
		"The server does not offer the way of logging in that was used.",
		Ours, []string{"Choose one that its stream features list."}, "RFC 6120 §6.5.7"},
	"malformed-request": {
		"The server could not read the login's data.",
		Ours, []string{"Try another mechanism.", "If you typed nothing by hand, one of the two programs has a fault."}, "RFC 6120 §6.5.8"},
	"mechanism-too-weak": {
		"The server wants a safer way of logging in for this account.",
		Ours, []string{"Choose a stronger mechanism, such as SCRAM-SHA-256.", "Use TLS."}, "RFC 6120 §6.5.9"},
	"not-authorized": {
		"Name and password do not fit together. The server does not say which of them is wrong, so that nobody can find out names.",
		Ours, []string{"Type the password again.", "Check the address, the domain above all.", "Ask whether the account exists."}, "RFC 6120 §6.5.10"},
	"temporary-auth-failure": {
		"The server cannot check passwords at the moment; or it makes you wait after too many wrong ones.",
		Theirs, []string{"Try again in a few minutes."}, "RFC 6120 §6.5.11"},
}

var undefinedLogin = entry{
	"The login was refused for a reason that is not defined by RFC 6120; only the server's text says more.",
	Theirs, []string{"Read the server's text.", "Try another mechanism."}, "RFC 6120 §6.5",
}
