package awscli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/octroi/octroi/internal/pyvalue"
)

// loaded is the value of an option: its text, or the bytes of a file:// or fileb:// path.
type loaded struct {
	text  string
	bytes bool
}

// largestFile bounds what is read: no input of this operation is longer than {}.
const largestFile = 16 << 20

// parameterFile replaces file://PATH and fileb://PATH by the file's content. Nothing is ever fetched.
func (r *run) parameterFile(option, value string) (loaded, error) {
	path, asText := strings.CutPrefix(value, "file://")
	if !asText {
		var asBytes bool
		if path, asBytes = strings.CutPrefix(value, "fileb://"); !asBytes {
			return loaded{text: value}, nil
		}
	}
	path = r.expandPath(path)
	content, err := readTwice(path)
	if err != nil {
		return loaded{}, usageFailure("Error parsing parameter '%s': Unable to load paramfile %s: %s: %s",
			option, value, osError(err), pyvalue.Quote(path))
	}
	if !asText {
		return loaded{string(content), true}, nil
	}
	encoding, _ := r.environment("AWS_CLI_FILE_ENCODING")
	text, ok, err := decodeText(content, encoding)
	if err != nil {
		return loaded{}, err
	}
	if !ok {
		return loaded{}, usageFailure("Error parsing parameter '%s': Unable to load paramfile (%s), text contents could not "+
			"be decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix.",
			option, path)
	}
	return loaded{text: text}, nil
}

// readTwice reads a file twice and returns what the second time gave, as the original does. It matters for
// /dev/stdin: of a pipe nothing is left by then.
func readTwice(path string) (content []byte, err error) {
	for range 2 {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		content, err = io.ReadAll(io.LimitReader(f, largestFile+1))
		_ = f.Close() // only read from
		if err != nil {
			return nil, err
		}
		if len(content) > largestFile {
			return nil, syscall.EFBIG
		}
	}
	return content, nil
}

func osError(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return err.Error()
	}
	text := number.Error()
	return fmt.Sprintf("[Errno %d] %s", int(number), strings.ToUpper(text[:1])+text[1:])
}

// decodeText reads text in the encoding that AWS_CLI_FILE_ENCODING names, UTF-8 by default.
func decodeText(b []byte, encoding string) (text string, ok bool, err error) {
	switch strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(encoding)) {
	case "", "utf-8", "utf8":
		return string(b), pyvalue.CheckUTF8(b) == nil, nil
	case "ascii", "us-ascii":
		for _, c := range b {
			if c >= 0x80 {
				return "", false, nil
			}
		}
		return string(b), true, nil
	case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "l1":
		out := make([]rune, len(b))
		for i, c := range b {
			out[i] = rune(c)
		}
		return string(out), true, nil
	case "utf-8-sig":
		text = strings.TrimPrefix(string(b), "\xef\xbb\xbf")
		return text, pyvalue.CheckUTF8([]byte(text)) == nil, nil
	case "utf-16", "utf16":
		text, ok = detect(string(b))
		return text, ok, nil
	}
	return "", false, &Failure{Message: "unknown encoding: " + encoding}
}

// expandPath puts in the home folder for ~ and variables for $NAME and ${NAME}; an unknown one stays.
func (r *run) expandPath(path string) string {
	if path == "~" || strings.HasPrefix(path, "~/") {
		if home, ok := r.environment("HOME"); ok {
			path = strings.TrimRight(home, "/") + path[1:]
		}
	}
	var b strings.Builder
	for path != "" {
		before, after, found := strings.Cut(path, "$")
		b.WriteString(before)
		if !found {
			break
		}
		name, rest := variable(after)
		v, ok := r.environment(strings.Trim(name, "{}"))
		if name == "" || !ok {
			b.WriteString("$" + name)
		} else {
			b.WriteString(v)
		}
		path = rest
	}
	return b.String()
}

// variable splits a name, in braces or not, from what follows it.
func variable(s string) (name, rest string) {
	if strings.HasPrefix(s, "{") {
		if end := strings.IndexByte(s, '}'); end > 0 {
			return s[:end+1], s[end+1:]
		}
		return "", s
	}
	const word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
	n := 0
	for n < len(s) && strings.IndexByte(word, s[n]) >= 0 {
		n++
	}
	return s[:n], s[n:]
}
