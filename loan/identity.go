package loan

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"
)

const (
	identityPrefix = "i-"
	formVersion    = 1
	maxLoans       = 256 // of one identity
)

// purse is the file of an identity: its loans, one for each host and service.
type purse struct {
	Version  int     `json:"version"`
	Identity string  `json:"identity"`
	Loans    []entry `json:"loans"`
}

type entry struct {
	Host     string `json:"host"`
	Endpoint string `json:"endpoint"`
	User     string `json:"user"`
	Secret   string `json:"secret"`
	Issued   int64  `json:"issued"`  // milliseconds since 1970
	Expires  int64  `json:"expires"` // the same
	MAC      string `json:"mac"`
}

func (e entry) loan(identity string) Loan {
	return Loan{e.Host, identity, e.Endpoint, e.User, Password(e.Secret), time.UnixMilli(e.Issued), time.UnixMilli(e.Expires)}
}

func (f *Folder) entryMAC(identity string, e entry) string {
	return hex.EncodeToString(f.mac("loan", identity, e.Host, e.Endpoint, e.User, e.Secret,
		strconv.FormatInt(e.Issued, 10), strconv.FormatInt(e.Expires, 10)))
}

func (f *Folder) identityFile(identity string) string {
	return identityPrefix + f.name("identity", identity)
}

// loadPurse reads an identity's file. Entries that their MAC does not fit are left out, and so is the whole file when
// it is not this identity's.
func (f *Folder) loadPurse(file string) (p purse, ok bool) {
	data, err := f.read(file, maxFile)
	if err != nil {
		return purse{}, false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(&p) != nil || p.Version != formVersion || f.identityFile(p.Identity) != file || len(p.Loans) > maxLoans {
		return purse{}, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return purse{}, false
	}
	p.Loans = slices.DeleteFunc(p.Loans, func(e entry) bool { return !hmac.Equal([]byte(e.MAC), []byte(f.entryMAC(p.Identity, e))) })
	return p, true
}

// Find is what an identity has been lent for a host by a service, if it is still good.
func (f *Folder) Find(identity, host, endpoint string, now time.Time) (Loan, bool) {
	if f == nil {
		return Loan{}, false
	}
	p, ok := f.loadPurse(f.identityFile(identity))
	if !ok || p.Identity != identity {
		return Loan{}, false
	}
	for _, e := range p.Loans {
		if l := e.loan(identity); e.Host == host && e.Endpoint == endpoint && l.Good(now) {
			return l, true
		}
	}
	return Loan{}, false
}

// Keep keeps a loan, in the place of the one for the same host and service, and drops what has ended.
func (f *Folder) Keep(ctx context.Context, l Loan, now time.Time) error {
	return f.change(ctx, l.Identity, func(p *purse) {
		p.drop(l.Host, l.Endpoint, now)
		e := entry{l.Host, l.Endpoint, l.User, string(l.Password), l.Issued.UnixMilli(), l.Expires.UnixMilli(), ""}
		e.MAC = f.entryMAC(l.Identity, e)
		if p.Loans = append(p.Loans, e); len(p.Loans) > maxLoans {
			p.Loans = p.Loans[1:]
		}
	})
}

// Forget forgets one.
func (f *Folder) Forget(ctx context.Context, identity, host, endpoint string, now time.Time) error {
	return f.change(ctx, identity, func(p *purse) { p.drop(host, endpoint, now) })
}

func (p *purse) drop(host, endpoint string, now time.Time) {
	p.Loans = slices.DeleteFunc(p.Loans, func(e entry) bool {
		return e.Host == host && e.Endpoint == endpoint || !e.loan(p.Identity).Good(now)
	})
}

func (f *Folder) change(ctx context.Context, identity string, change func(*purse)) error {
	if f == nil {
		return nil
	}
	unlock, err := f.Lock(ctx, "identity", identity)
	if err != nil {
		return err
	}
	defer unlock()
	file := f.identityFile(identity)
	p, ok := f.loadPurse(file)
	if !ok {
		p = purse{Version: formVersion, Identity: identity}
	}
	change(&p)
	if len(p.Loans) == 0 {
		f.root.Remove(file)
		return nil
	}
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return f.write(file, data)
}
