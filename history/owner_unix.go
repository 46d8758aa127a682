//go:build unix

package history

import (
	"io/fs"
	"os"
	"syscall"
)

// errQuota says that the user may have no more of the disk.
const errQuota = syscall.EDQUOT

// foreign says that a file or folder belongs to another user, who could read and change what is in it.
func foreign(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) != os.Geteuid()
}

// open says that others than the user may do something with it.
func open(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }

// writable says that others than the user may change it.
func writable(info fs.FileInfo) bool { return info.Mode().Perm()&0o022 != 0 }
