//go:build unix

package config

import (
	"io/fs"
	"syscall"
)

// ownedBy says that a file belongs to a user or to root, who can change it anyway.
func ownedBy(info fs.FileInfo, uid int) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(stat.Uid) == uid || stat.Uid == 0
}
