package secret

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
)

// lookTime is how long it takes at most until a reader of a FIFO has noticed that nobody waits
// for it any more, and between two looks.
const (
	lookTime  = time.Second
	lookAgain = 10 * time.Millisecond
)

// fromFile reads the password file as long as the context lasts: a FIFO may have no writer, and
// then it takes for ever to open it.
func (s Source) fromFile(ctx context.Context) (Password, error) {
	type result struct {
		password Password
		err      error
	}
	read := make(chan result, 1)
	go func() {
		password, err := s.readFile(ctx)
		read <- result{password, err}
	}()
	select {
	case r := <-read:
		return r.password, r.err
	case <-ctx.Done():
	}
	for end := time.Now().Add(lookTime); time.Now().Before(end); {
		wakeReader(s.File)
		select {
		case <-read:
			return Password{}, ctx.Err()
		case <-time.After(lookAgain):
		}
	}
	return Password{}, ctx.Err() // it hangs in the system, with the file
}

// wakeReader is for an instant the writer that somebody waits for who opens a FIFO.
func wakeReader(path string) {
	if info, err := os.Stat(path); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return
	}
	if w, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
		w.Close()
	}
}

// readFile reads the password file. A file that others can read is warned of and
// not refused: secrets mounted into a container are often 0644, in a place that
// nobody else can reach.
func (s Source) readFile(ctx context.Context) (Password, error) {
	from := "password file " + s.File
	f, err := os.Open(s.File)
	if err != nil {
		return Password{}, fmt.Errorf("password file: %w", err)
	}
	defer f.Close()
	stop := context.AfterFunc(ctx, func() { _ = f.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	info, err := f.Stat()
	if err != nil {
		return Password{}, fmt.Errorf("password file: %w", err)
	}
	if info.IsDir() {
		return Password{}, fmt.Errorf("%s is a folder", from)
	}
	// Windows shows invented permission bits.
	if mode := info.Mode(); mode.IsRegular() && mode.Perm()&0o077 != 0 && runtime.GOOS != "windows" && s.Warn != nil {
		s.Warn(fmt.Sprintf("%s is open to other users (mode %04o); chmod 600 would close it", from, mode.Perm()))
	}
	return firstLine(from, f)
}
