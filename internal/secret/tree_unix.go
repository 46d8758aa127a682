//go:build unix

package secret

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

// treeRounds is how often it is looked for processes that came while others were stopped.
const treeRounds = 10

// endTree ends a process and all that it has started. They are no process group of their own: a
// group in the background may not read the terminal, where a command may ask a person. So they are
// stopped first, for none to start more, and ended then.
func endTree(root *os.Process) error {
	stopped := []int{root.Pid}
	_ = root.Signal(syscall.SIGSTOP)
	for range treeRounds {
		found := false
		for pid, parent := range processes() {
			if !slices.Contains(stopped, pid) && slices.Contains(stopped, parent) {
				_ = syscall.Kill(pid, syscall.SIGSTOP)
				stopped, found = append(stopped, pid), true
			}
		}
		if !found {
			break
		}
	}
	for _, pid := range stopped[1:] {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	return root.Kill()
}

// processes lists who is whose child, as far as the system tells.
func processes() map[int]int {
	parents := map[int]int{}
	note := func(text string) {
		var pid, parent int
		if n, _ := fmt.Sscan(text, &pid, &parent); n == 2 {
			parents[pid] = parent
		}
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		// The name may have blanks and brackets; behind the last one come state and parent.
		name := bytes.LastIndexByte(stat, ')')
		var state string
		var parent int
		if n, _ := fmt.Sscan(string(stat[name+1:]), &state, &parent); err == nil && name >= 0 && n == 2 {
			note(fmt.Sprint(filepath.Base(filepath.Dir(file)), " ", parent))
		}
	}
	if len(parents) > 0 {
		return parents
	}
	list, _ := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	for line := range bytes.Lines(list) {
		note(string(line))
	}
	return parents
}
