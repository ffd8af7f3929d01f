package registry

import (
	"context"
	"crypto/hmac"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/registry/engine"
)

// openUploads counts the uploads that are open, by who began them. It forgets them with the process, and reads at the
// start whose the ones are that are there. What bounds it is the limit of each principal.
type openUploads struct {
	mu    sync.Mutex
	owner map[string]string // by repository and upload
	count map[string]int    // by owner
}

func ownerOf(p principal.Principal) string { return p.Account + "/" + p.ID }

// room reports whether a principal may begin another upload.
func (o *openUploads) room(p principal.Principal, limit int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.count[ownerOf(p)] < limit
}

func (o *openUploads) add(p principal.Principal, upload string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.owner == nil {
		o.owner, o.count = map[string]string{}, map[string]int{}
	}
	if _, there := o.owner[upload]; !there {
		o.owner[upload] = ownerOf(p)
		o.count[ownerOf(p)]++
	}
}

func (o *openUploads) remove(upload string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	who, there := o.owner[upload]
	if !there {
		return
	}
	delete(o.owner, upload)
	if o.count[who]--; o.count[who] <= 0 {
		delete(o.count, who)
	}
}

// noteOwner keeps whose a new upload is, with the proof that its Location has: nobody else can make one count.
func (f *Registry) noteOwner(h http.Header, v *visit) error {
	path, _, _ := strings.Cut(h.Get("Location"), "?")
	_, upload := cutLast(path)
	who, repository := v.caller.principal, v.request.Repository
	text := ownerOf(who) + " " + f.owner(who, repository, upload) + "\n"
	if err := f.engine.NoteOwner(engine.Upload{Repository: repository.Path, ID: upload}, text); err != nil {
		return fault(internal, err)
	}
	return nil
}

// countOpen counts the uploads that were open when the service was last ended.
func (f *Registry) countOpen(ctx context.Context) error {
	return f.engine.Owners(ctx, func(u engine.Upload, text string) {
		if who, ok := notedOwner(f.uploadKey, u, text); ok {
			f.open.add(who, uploadName(u.Repository, u.ID))
		}
	})
}

// notedOwner reads what noteOwner wrote, and believes nobody else.
func notedOwner(key []byte, u engine.Upload, text string) (principal.Principal, bool) {
	name, proof, _ := strings.Cut(text, " ")
	account, id, _ := strings.Cut(name, "/")
	who := principal.Principal{Account: account, ID: id}
	return who, hmac.Equal([]byte(proof), []byte(ownerProof(key, who, u.Repository, u.ID)+"\n"))
}

// OwnerNoted reports whether the note of whose an upload is was made with a key.
func OwnerNoted(key []byte, repository, id, text string) bool {
	_, ok := notedOwner(key, engine.Upload{Repository: repository, ID: id}, text)
	return ok
}

func uploadName(repository, upload string) string { return repository + ":" + upload }

// RemoveIdleUploads removes the uploads that nobody has written to for the time that they may lie, with their bytes,
// and tells how many. (Distribution's own purge goes by when an upload began: it takes a slow one from under its
// writer.)
func (f *Registry) RemoveIdleUploads(ctx context.Context) (removed int, err error) {
	idle, err := f.engine.IdleUploads(ctx, f.now().Add(-f.limits.UploadIdle))
	for _, u := range idle {
		unlock, ok := f.uploads.try(uploadName(u.Repository, u.ID))
		if !ok {
			continue // somebody is writing just now
		}
		dropped := f.engine.DropUpload(ctx, u.Repository, u.ID)
		unlock()
		if err = errors.Join(err, dropped); dropped == nil {
			f.open.remove(uploadName(u.Repository, u.ID))
			removed++
		}
	}
	return removed, err
}

// idleLook is how often a registry should be asked for its idle uploads: often enough that none lies much longer.
func (f *Registry) idleLook() time.Duration { return max(f.limits.UploadIdle/24, time.Second) }

// RemoveIdleUploadsUntil counts those that are there, and then removes idle ones again and again; it hands each failure on.
func (f *Registry) RemoveIdleUploadsUntil(ctx context.Context, failed func(error)) {
	if err := f.countOpen(ctx); err != nil && ctx.Err() == nil {
		failed(err)
	}
	t := time.NewTicker(f.idleLook())
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			if _, err := f.RemoveIdleUploads(ctx); err != nil && ctx.Err() == nil {
				failed(err)
			}
		}
	}
}
