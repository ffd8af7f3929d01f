package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Survey looks at every file below the engine's folder, also while it is served, and changes nothing.
type Survey struct {
	Root  string
	Quick bool                                   // blobs that are no manifests are not hashed
	Owner func(repository, id, text string) bool // whether a note of whose an upload is, is ours; nil: not asked
	Found func(file, problem, todo string)       // is told of each problem; file is a path
	root  *os.Root
}

// What to do about each kind of problem.
const (
	todoBlob   = "put the file back from a backup; or remove its folder and push an image that has it again"
	todoLink   = "put the file back from a backup; or remove its folder and push the image again"
	todoTag    = "remove the tag's folder, and push the image again"
	todoUpload = "remove the upload's folder: its client begins again"
	todoOther  = "find out who put it there, and remove it"
)

// again is how long a problem must last: a push or a delete under way is none.
const again = time.Second

// Run looks at all of it.
func (s Survey) Run(ctx context.Context) error {
	root, err := os.OpenRoot(s.Root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was pushed yet
	}
	if err != nil {
		return err
	}
	defer root.Close()
	s.root = root
	var suspects []string
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case d.IsDir() && (name == swept || name == written):
			return fs.SkipDir // on its way out, or in
		case d.IsDir():
			return ctx.Err()
		}
		if problem, _ := s.look(name); problem != "" {
			suspects = append(suspects, name)
		}
		return ctx.Err()
	})
	if err != nil || len(suspects) == 0 {
		return err
	}
	time.Sleep(again)
	for _, name := range suspects {
		if problem, todo := s.look(name); problem != "" {
			s.Found(filepath.Join(s.Root, name), problem, todo)
		}
	}
	return ctx.Err()
}

// look is what is wrong with a file, and what to do about it. One that is gone is no problem.
func (s Survey) look(name string) (problem, todo string) {
	info, err := s.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", ""
	case err != nil:
		return err.Error(), todoOther
	case !info.Mode().IsRegular():
		return "a link or device stands where there are only files", todoOther
	}
	if rest, ok := strings.CutPrefix("/"+name, Blobs+"/sha256/"); ok {
		return s.blob(rest)
	}
	rest, ok := strings.CutPrefix("/"+name, Links+"/")
	if !ok {
		return "no file of this service", todoOther
	}
	for word, check := range map[string]func(repository, rest string) (string, string){
		"/_layers/sha256/": s.layer, "/_manifests/revisions/sha256/": s.revision, "/_manifests/tags/": s.tag, "/_uploads/": s.upload,
	} {
		if repository, rest, ok := strings.Cut(rest, word); ok && !strings.Contains(repository, "/_") {
			return check(repository, rest)
		}
	}
	return "no file of this service", todoOther
}

// blob looks at <first two digits>/<digits>/data.
func (s Survey) blob(rest string) (problem, todo string) {
	parts := strings.Split(rest, "/")
	if len(parts) != 3 || parts[2] != "data" || !isDigits(parts[1]) || parts[0] != parts[1][:2] {
		return "no file of this service", todoOther
	}
	if s.Quick {
		return "", ""
	}
	return s.hash(parts[1])
}

func (s Survey) hash(digits string) (problem, todo string) {
	f, err := s.root.Open(blobName(digits))
	if err != nil {
		return "", "" // whoever leads to it says so
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "cannot be read: " + err.Error(), todoBlob
	}
	if hex.EncodeToString(sum.Sum(nil)) != digits {
		return "the content is not what its digest says", todoBlob
	}
	return "", ""
}

func blobName(digits string) string {
	return strings.TrimPrefix(path.Join(blobFolder(digits), "data"), "/")
}

func isDigits(text string) bool {
	b, err := hex.DecodeString(text)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == text
}

// link looks at a link of a folder that is named after what it leads to.
func (s Survey) link(folder, rest string) (digits, problem string) {
	digits, file, _ := strings.Cut(rest, "/")
	if !isDigits(digits) || file != "link" {
		return "", "no file of this service"
	}
	text, err := s.root.ReadFile(strings.TrimPrefix(path.Join(folder, rest), "/"))
	switch {
	case err != nil:
		return "", "cannot be read: " + err.Error()
	case string(text) != "sha256:"+digits:
		return "", "it does not lead to what its folder is named after"
	}
	return digits, ""
}

func (s Survey) layer(repository, rest string) (problem, todo string) {
	digits, problem := s.link(path.Join(Links, repository, "_layers/sha256"), rest)
	if problem == "" && !s.there(blobName(digits)) {
		problem = "the blob that it leads to is missing"
	}
	return problem, todoLink
}

func (s Survey) revision(repository, rest string) (problem, todo string) {
	digits, problem := s.link(path.Join(Links, repository, "_manifests/revisions/sha256"), rest)
	switch {
	case problem != "":
		return problem, todoLink
	case !s.there(blobName(digits)):
		return "the manifest that it leads to is missing", todoLink
	case s.Quick:
		return s.hash(digits)
	}
	return "", ""
}

func (s Survey) tag(repository, rest string) (problem, todo string) {
	tag, file, _ := strings.Cut(rest, "/")
	if index, ok := strings.CutPrefix(file, "index/sha256/"); ok {
		_, problem := s.link(path.Join(tagFolder(repository, tag), "index/sha256"), index)
		return problem, todoTag
	}
	if file != "current/link" {
		return "no file of this service", todoOther
	}
	text, err := s.root.ReadFile(strings.TrimPrefix(path.Join(tagFolder(repository, tag), file), "/"))
	digits, ok := digitsOf(string(text))
	switch {
	case err != nil:
		return "cannot be read: " + err.Error(), todoTag
	case !ok:
		return "it names no digest", todoTag
	case !s.there(strings.TrimPrefix(path.Join(revisionFolder(repository, digits), "link"), "/")):
		return "the manifest that it names is not in the repository", todoTag
	}
	return "", ""
}

func (s Survey) there(name string) bool {
	_, err := s.root.Lstat(name)
	return err == nil
}

// upload looks at what is known of an upload under way. What was written since its last state was kept nobody can tell:
// nothing of it was acknowledged.
func (s Survey) upload(repository, rest string) (problem, todo string) {
	id, file, _ := strings.Cut(rest, "/")
	folder := strings.TrimPrefix(path.Join(Links, repository, "_uploads", id), "/")
	text, err := s.root.ReadFile(path.Join(folder, file))
	if file == "data" || errors.Is(err, fs.ErrNotExist) {
		return "", "" // held against the states
	}
	if err != nil {
		return "cannot be read: " + err.Error(), todoUpload
	}
	number, isState := strings.CutPrefix(file, "hashstates/sha256/")
	switch {
	case len(text) == 0 && (file == "startedat" || isState): // a crash of the system came before it was on disk
	case file == "startedat":
		info, err := s.root.Lstat(path.Join(folder, file))
		at, parseErr := time.Parse(time.RFC3339, string(text))
		if parseErr != nil || err == nil && info.ModTime().Sub(at).Abs() > 5*time.Second {
			return "it does not say when the upload began", todoUpload
		}
	case file == "owner":
		if s.Owner != nil && !s.Owner(repository, id, string(text)) {
			return "it does not say whose the upload is", todoUpload
		}
	case isState:
		return s.state(path.Join(folder, "data"), number, text), todoUpload
	default:
		return "no file of this service", todoOther
	}
	return "", ""
}

// state holds a state of a hash against the bytes that it is of.
func (s Survey) state(data, number string, state []byte) (problem string) {
	n, err := strconv.ParseInt(number, 10, 64)
	f, openErr := s.root.Open(data)
	if err != nil || openErr != nil {
		return fmt.Sprintf("nothing of the upload is there that it could be of (%s)", data)
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.CopyN(sum, f, n)
	want, marshalErr := sum.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil || marshalErr != nil || !bytes.Equal(state, want) {
		return fmt.Sprintf("it is not the hash of the first %d bytes of %s: one of the two was altered", n, data)
	}
	return ""
}
