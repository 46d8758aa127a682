// Package logfile writes entries of the log to a file: as lines of JSON in the form that watch
// prints, or as an XML document in the shape of a stream, where the name ends in .xml. A file is
// the user's alone, and takes its name when all of it is written.
package logfile

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"iqscope/internal/report"
	"iqscope/iqbuilder/stanza"
	"iqscope/session/journal"
)

// ErrExists says that there is a file of that name, which was not to be written over.
var ErrExists = errors.New("there is a file of that name")

// File is a file that is being written. It is not safe for concurrent use.
type File struct {
	path  string
	over  bool
	xml   bool
	temp  *os.File
	to    *bufio.Writer
	count int
}

// Create begins a file; its folder is made, if it is not there. With over, one of that name is
// written over in the end; else the error is [ErrExists]. The namespace is that of the stanzas.
func Create(path, namespace string, over bool) (*File, error) {
	if _, err := os.Lstat(path); err == nil && !over {
		return nil, ErrExists
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(dir, ".iqscope-*") // with the rights 0600
	if err != nil {
		return nil, err
	}
	f := &File{path: path, over: over, xml: strings.EqualFold(filepath.Ext(path), ".xml"), temp: temp, to: bufio.NewWriter(temp)}
	if f.xml {
		f.to.WriteString("<stream:stream xmlns='" + namespace + "' xmlns:stream='http://etherx.jabber.org/streams'>\n")
	}
	return f, nil
}

// Add writes entries. Notes are left out, and of XML what is no element of its own. An error is
// told by [File.Close] again.
func (f *File) Add(entries []journal.Entry) error {
	for _, e := range entries {
		if e.Stanza == nil {
			continue
		}
		line := f.to.AvailableBuffer()
		if f.xml {
			switch e.Stanza.Kind() {
			case stanza.Broken, stanza.StreamOpen, stanza.StreamClose:
				continue
			}
			line = append(line, e.Stanza.XML()...)
		} else {
			line = report.AppendElement(line, e.Seq, e.Time, e.Dir, e.Stanza, e.Verdict)
		}
		f.count++
		if _, err := f.to.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

// Count is how many elements have been written.
func (f *File) Count() int { return f.count }

// Close ends the file and gives it its name. If that fails, nothing is left.
func (f *File) Close() error {
	if f.xml {
		f.to.WriteString("</stream:stream>\n")
	}
	err := f.to.Flush()
	if err == nil {
		err = f.temp.Sync()
	}
	err = errors.Join(err, f.temp.Close())
	if err == nil {
		err = f.name()
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.temp.Name()))
	}
	return nil
}

// Discard gives a file up.
func (f *File) Discard() {
	f.temp.Close()
	os.Remove(f.temp.Name())
}

// name gives the file its name. A link never takes the place of a file that has come meanwhile; where
// there are no links, the time between looking and renaming is short.
func (f *File) name() error {
	if f.over {
		return os.Rename(f.temp.Name(), f.path)
	}
	switch err := os.Link(f.temp.Name(), f.path); {
	case err == nil:
		return os.Remove(f.temp.Name())
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	}
	if _, err := os.Lstat(f.path); err == nil {
		return ErrExists
	}
	return os.Rename(f.temp.Name(), f.path)
}
