package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/octroi/octroi/access"
	"github.com/octroi/octroi/budget"
	"github.com/octroi/octroi/internal/strictjson"
	"github.com/octroi/octroi/principal"
	"github.com/octroi/octroi/registry/engine"
)

// Limits bound what a caller can ask of the registry. A field that is zero is its default, but where that is said.
type Limits struct {
	Manifest     int64             // bytes; 4 MiB
	Blob         int64             // bytes; 10 GiB
	Form         int64             // bytes of a token request; 64 KiB
	JSON         strictjson.Limits // of a manifest
	Page         int               // entries of a list in one answer; 1,000, and no more
	Uploads      int               // open at a time, of a principal; 1,000
	UploadIdle   time.Duration     // after which an upload is removed; 24 h
	Repositories int               // of an account; zero: no limit
	Tags         int               // of a repository; zero: no limit
	Requests     *budget.Table     // token requests of a principal; nil: no limit
	Failures     *budget.Table     // forged credentials of a network; nil: no limit
}

func (l Limits) withDefaults() Limits {
	orElse(&l.Manifest, 4<<20)
	orElse(&l.Blob, 10<<30)
	orElse(&l.Form, 64<<10)
	orElse(&l.Page, maxPage)
	orElse(&l.Uploads, 1000)
	orElse(&l.UploadIdle, 24*time.Hour)
	return l
}

func orElse[T int | int64 | time.Duration](value *T, usual T) {
	if *value <= 0 {
		*value = usual
	}
}

// spend takes one token request out of the budget of a principal, or of the network that an anonymous one came from.
func (l Limits) spend(call access.Call, p principal.Principal) error {
	key := p.Account + "/" + p.ID
	if p.Kind == principal.Anonymous {
		key = budget.Peer(call.SourceAddress)
	}
	if wait, ok := l.Requests.Take(key); !ok {
		return &Refusal{problem: tooMany, wait: wait}
	}
	return nil
}

// failed takes a forged credential out of the budget of the network that it came from. One that is valid never comes
// here: nobody's failures lock anybody else out.
func (l Limits) failed(call access.Call, err error) error {
	var r *Refusal
	if !errors.As(err, &r) || r.problem != credentialInvalid {
		return err
	}
	if wait, ok := l.Failures.Take(budget.Peer(call.SourceAddress)); !ok {
		return &Refusal{problem: tooMany, wait: wait, close: true}
	}
	return err
}

// mayCreate refuses one more repository than an account may have. Two that are made at once may both find room: the
// limit is against filling the store, not a promise.
func (f *Registry) mayCreate(ctx context.Context, account string) error {
	if f.limits.Repositories <= 0 {
		return nil
	}
	n, err := f.store.CountRepositories(ctx, account)
	if err != nil {
		return fault(unavailable, err)
	}
	if n >= f.limits.Repositories {
		return refuseBecause(quotaExceeded, fmt.Sprintf("the account has %d repositories, as many as it may: remove some, or have limits.repositories raised", n))
	}
	return nil
}

// mayTag refuses one more tag than a repository may have. The caller knows that the tag is new.
func (f *Registry) mayTag(ctx context.Context, repository string) error {
	if f.limits.Tags <= 0 {
		return nil
	}
	n, err := f.engine.CountTags(ctx, repository)
	if err != nil && !errors.Is(err, engine.ErrUnknown) {
		return fault(internal, err)
	}
	if n >= f.limits.Tags {
		return refuseBecause(quotaExceeded, fmt.Sprintf("the repository has %d tags, as many as it may: remove some, or have limits.tags raised", n))
	}
	return nil
}
