//go:build !linux

package crash

import "os"

// narrow does nothing where a pipe has the size it has.
func narrow(*os.File) {}
