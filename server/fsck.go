package server

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/octroi/octroi/audit"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/registry"
	"github.com/octroi/octroi/registry/engine"
	"github.com/octroi/octroi/store"
)

// Finding is something wrong with a file of a data folder, and what to do about it.
type Finding struct {
	File    string `json:"file"`
	Problem string `json:"problem"`
	Todo    string `json:"todo"`
}

// Thoroughness of a check.
type Thoroughness bool

// A quick check does not hash the blobs that are no manifests: they are most of the bytes.
const (
	Thorough Thoroughness = false
	Quick    Thoroughness = true
)

const (
	todoRootKey     = "put the key back from where its copy is kept: without it no secret in the store opens"
	todoDatabase    = "stop the service, and restore the newest backup into a new folder: octroid restore"
	todoAudit       = "octroid audit verify names the record; keep the files audit*, and compare them with a copy"
	todoCredentials = "remove the file once its key is kept elsewhere; octroid key create makes another key"
	todoStranger    = "find out who put it there, and remove it"
)

// check is one look at everything.
type check struct {
	data  string
	quick Thoroughness
	found func(Finding)
	keys  []*store.RootKey // none when none can be read
	owner *[32]byte        // the key that binds uploads to principals, if it can be read
}

// Check looks at every file of a data folder and tells what is not as the service left it. It changes nothing, and may
// run while the service does. An error says that it could not look.
func (r RootKeys) Check(ctx context.Context, data string, quick Thoroughness, found func(Finding)) error {
	if _, err := os.Stat(filepath.Join(data, databaseFile)); err != nil {
		return fmt.Errorf("%s holds no service's data: say where it is with --data DIR", data)
	}
	restrictFileModes()
	kept, err := keepAll(data)
	if err != nil {
		return err
	}
	defer kept.Close()
	c := &check{data: data, quick: quick, found: found}
	c.rootKey(r)
	if err := c.strangers(); err != nil {
		return err
	}
	c.database(ctx)
	return c.content(ctx)
}

func (c *check) report(file, problem, todo string) {
	c.found(Finding{filepath.Join(c.data, file), problem, todo})
}

func (c *check) rootKey(r RootKeys) {
	source, err := r.Source(c.data)
	if err == nil {
		c.keys, err = source.read()
	}
	if path := filepath.Join(c.data, rootKeyFile); err == nil && exists(path) {
		text, readErr := os.ReadFile(path)
		b, _ := hex.DecodeString(strings.TrimSpace(string(text)))
		if readErr != nil || hex.EncodeToString(b)+"\n" != string(text) {
			err = errors.New("it is not written as this service writes it")
		}
	}
	if err != nil {
		c.report(rootKeyFile, err.Error(), todoRootKey)
	}
}

// ownFile are the names that the service and its commands give to what is directly in the folder.
var ownFile = regexp.MustCompile(`^(root\.key(\.next)?|rewrap\.lock|octroi\.db(-wal|-shm)?|credentials|lock|collect\.lock|audit(-[0-9]{20})?\.jsonl|audit\.head)$`)

// retiredKey are the root keys of before, each with its id in its name: they open backups.
var retiredKey = regexp.MustCompile(`^root\.key\.([0-9a-f]{16})$`)

// leftover is what a command leaves behind that was cut off.
var leftover = regexp.MustCompile(`^\.(new|backup|restore)-`)

// strangers names files that nothing here reads.
func (c *check) strangers() error {
	entries, err := os.ReadDir(c.data)
	for _, entry := range entries {
		name := entry.Name()
		info, err := entry.Info()
		switch {
		case err != nil: // gone
		case name == engineFolder && entry.Type()&(fs.ModeDir|fs.ModeSymlink) != 0, ownFile.MatchString(name) && entry.Type().IsRegular():
		case retiredKey.MatchString(name) && entry.Type().IsRegular():
			c.retired(name)
		case leftover.MatchString(name) && time.Since(info.ModTime()) < time.Hour: // of a command under way
		case leftover.MatchString(name):
			c.report(name, "a command that was cut off left it behind", "remove it")
		default:
			c.report(name, "no file of this service", todoStranger)
		}
	}
	return err
}

// retired looks at a root key of before, which is the one that its name says or none.
func (c *check) retired(name string) {
	k, err := store.ReadRootKey(filepath.Join(c.data, name))
	if err == nil && k.ID() != retiredKey.FindStringSubmatch(name)[1] {
		err = errors.New("it is not the key that its name says")
	}
	if err != nil {
		c.report(name, err.Error(), "put back your copy of it: no backup from before the last octroid keyring rewrap opens without it")
	}
}

// database looks at the store, and with what stands in it at the audit log and the administrator's key. Through a damaged
// log nothing can be read: what would be said of the rest is the log's damage, in other words.
func (c *check) database(ctx context.Context) {
	if !c.databaseLog() {
		return
	}
	i, err := store.Inspect(filepath.Join(c.data, databaseFile), c.keys...)
	if err != nil {
		c.report(databaseFile, err.Error(), todoDatabase)
		return
	}
	defer i.Close()
	problems, err := i.Problems(ctx)
	for _, p := range problems {
		c.report(databaseFile, p, todoDatabase)
	}
	deployment, deploymentErr := i.Deployment(ctx)
	if err = errors.Join(err, deploymentErr); err != nil {
		c.report(databaseFile, "cannot be read: "+err.Error(), todoDatabase)
		return
	}
	if seed, err := i.PurposeKey(ctx, store.AuditHead); err == nil { // else the secrets are a problem already
		c.audit(audit.Verifier{Folder: c.data, PublicKey: audit.PublicKey(seed), Deployment: deployment})
	}
	if key, err := i.PurposeKey(ctx, store.UploadOwner); err == nil {
		c.owner = &key
	}
	c.credentials(ctx, i)
}

// databaseLog looks at the changes that wait to be written into the database, before anything reads it, and reports whether
// they can be read.
func (c *check) databaseLog() bool {
	damage, err := store.InspectLog(filepath.Join(c.data, databaseFile))
	switch {
	case err != nil:
		c.report(databaseLogFile, err.Error(), todoDatabase)
	case damage != nil:
		c.report(databaseLogFile, damage.Problem()+". "+unread, damage.Remedy())
	}
	return err == nil && damage == nil
}

// unread is what a damaged log keeps from being looked at.
const unread = "Nothing is said of the database, the audit log and the administrator's key, which are read through it: run octroid fsck again"

// audit verifies the log, and the head to the byte: while it is served one of its places may just be being written.
func (c *check) audit(v audit.Verifier) {
	_, err := v.Verify()
	if fault := new(audit.Fault); errors.As(err, &fault) {
		c.report(fault.File, err.Error(), todoAudit)
		return
	}
	if err == nil {
		for range 5 {
			if err = v.VerifyHeadFile(); err == nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}
	c.report(audit.HeadFile, err.Error(), todoAudit)
}

// credentialsForm is the file as the first start writes it.
var credentialsForm = regexp.MustCompile(`^\[default\]\naws_access_key_id = ([A-Z0-9]+)\naws_secret_access_key = ([^\n]+)\n$`)

// credentials holds the file of the first start, while it is there, against the store.
func (c *check) credentials(ctx context.Context, i *store.Inspection) {
	path := filepath.Join(c.data, credentialsFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	parts := credentialsForm.FindStringSubmatch(string(text))
	if err == nil && parts == nil {
		err = errors.New("it is not written as the first start wrote it")
	}
	if err == nil {
		secret, lookup := i.Secret(ctx, principal.AccessKeyID(parts[1]))
		if lookup != nil || secret.Reveal() != parts[2] {
			err = errors.New("its key is none of this store")
		}
	}
	if err = errors.Join(err, store.Private(path)); err != nil {
		c.report(credentialsFile, err.Error(), todoCredentials)
	}
}

func (c *check) content(ctx context.Context) error {
	s := engine.Survey{Root: filepath.Join(c.data, engineFolder), Quick: bool(c.quick),
		Found: func(file, problem, todo string) { c.found(Finding{file, problem, todo}) }}
	if c.owner != nil {
		s.Owner = func(repository, id, text string) bool { return registry.OwnerNoted(c.owner[:], repository, id, text) }
	}
	return s.Run(ctx)
}
