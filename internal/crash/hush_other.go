//go:build !unix

package crash

// hush does nothing where standard error cannot be turned elsewhere.
func hush() (end func()) { return func() {} }
