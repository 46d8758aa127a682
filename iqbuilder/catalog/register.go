package catalog

import "sync/atomic"

// registered is the process's catalogue; nil while it is the built-in one.
var registered atomic.Pointer[Catalog]

// Default is the catalogue of this process: the built-in one with what was registered.
func Default() *Catalog {
	if c := registered.Load(); c != nil {
		return c
	}
	return Builtin()
}

// Register adds files to the catalogue of this process, from now on: who has asked for Default before
// keeps what it was. The error is With's; then nothing is added. It is safe for concurrent use, and
// for programs alone: a library that registers would change the kinds of those who use it, and takes
// Builtin().With for itself.
func Register(files ...File) error {
	for {
		before := registered.Load()
		c, err := Default().With(files...)
		if err != nil {
			return err
		}
		if registered.CompareAndSwap(before, c) {
			return nil
		}
	}
}
