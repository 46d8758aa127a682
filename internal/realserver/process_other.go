//go:build !linux

package realserver

import (
	"fmt"
	"runtime"
	"time"
)

type process struct{}

func startProcess(launch, string, string) (*process, error) {
	return nil, fmt.Errorf("%w: servers are started on Linux only, this is %s", errMissing, runtime.GOOS)
}

func (*process) exited() bool       { return true }
func (*process) stop(time.Duration) {}
func (*process) kill()              {}
