package configfile

import (
	"bytes"
	"fmt"

	"github.com/octroi/octroi/hosts"
)

// WithInner is the file's text with another inner_helper: the line replaced where there is one, added at the end
// where there is none. Everything else stays as it was written, comments too; a text where that cannot be done is an
// error that says what to write.
func (f File) WithInner(name string) ([]byte, error) {
	if err := hosts.CheckHelper(name); err != nil {
		return nil, err
	}
	line := []byte("inner_helper: " + name + "\n")
	lines := bytes.SplitAfter(f.Data, []byte("\n"))
	var text []byte
	if f.Inner > 0 && f.Inner <= len(lines) {
		lines[f.Inner-1] = line
		text = bytes.Join(lines, nil)
	} else {
		text = bytes.Clone(f.Data)
		if len(text) > 0 && text[len(text)-1] != '\n' {
			text = append(text, '\n')
		}
		text = append(text, line...)
	}
	again, err := Parse(f.Path, text)
	if err != nil || again.Config.InnerHelper != name || len(again.Config.Entries) != len(f.Config.Entries) {
		return nil, fmt.Errorf("%s is not written in lines that can be added to: write `inner_helper: %s` into it", f.Path, name)
	}
	return text, nil
}
