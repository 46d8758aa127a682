package negotiate

// startExternal logs in by the certificate that TLS showed to the server
// (XEP-0178 §2). It always names the account: of a certificate for several, the
// server must not pick another one.
func startExternal(c credentials) (login, error) {
	return &oneMessage{"EXTERNAL", c.account}, nil
}
