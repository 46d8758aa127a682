package clipboard

import (
	"io"
	"os"
	"sync"
)

// Share makes one writer of the terminal for two users: what each of them writes at a time arrives
// whole. A terminal stays one, so that its size can be asked for.
func Share(out io.Writer) io.Writer {
	if f, ok := out.(*os.File); ok {
		return &sharedFile{File: f}
	}
	return &shared{out: out}
}

type shared struct {
	mu  sync.Mutex
	out io.Writer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

// sharedFile is a file but for its Write.
type sharedFile struct {
	*os.File
	mu sync.Mutex
}

func (s *sharedFile) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.File.Write(p)
}

// WriteString is here because the file's own would go past Write.
func (s *sharedFile) WriteString(text string) (int, error) { return s.Write([]byte(text)) }

// ReadFrom is here for the same reason.
func (s *sharedFile) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{s}, r)
}
