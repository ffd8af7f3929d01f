package loan

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

const (
	keyName = "key"
	keySize = 32
)

// loadKey is the folder's key, made by the first who comes. A key that cannot be used is replaced, and with it all
// that was kept under it is forgotten.
func (f *Folder) loadKey() ([]byte, error) {
	if key, err := f.read(keyName, keySize); err == nil && len(key) == keySize {
		return key, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	unlock, err := f.lockFile(ctx, lockPrefix+keyName)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if key, err := f.read(keyName, keySize); err == nil && len(key) == keySize {
		return key, nil
	}
	key := make([]byte, keySize)
	rand.Read(key)
	return key, f.write(keyName, key)
}

// mac binds fields to each other and to what they are for. Each is written with its length before it, so that no two
// lists of fields are the same text.
func (f *Folder) mac(purpose string, fields ...string) []byte {
	h := hmac.New(sha256.New, f.key)
	for _, field := range append([]string{"octroi loan 1", purpose}, fields...) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(field)))
		h.Write(size[:])
		h.Write([]byte(field))
	}
	return h.Sum(nil)
}

// name is a file's name made of what it is about, which is not to be read from it.
func (f *Folder) name(purpose string, fields ...string) string {
	return hex.EncodeToString(f.mac("name of "+purpose, fields...)[:16])
}

// seal is text under its MAC, bound to the name of its file.
func (f *Folder) seal(purpose, name string, text []byte) []byte {
	return append([]byte(hex.EncodeToString(f.mac(purpose, name, string(text)))+"\n"), text...)
}

func (f *Folder) open(purpose, name string, sealed []byte) ([]byte, bool) {
	mac, text, ok := bytes.Cut(sealed, []byte("\n"))
	if !ok {
		return nil, false
	}
	want := hex.EncodeToString(f.mac(purpose, name, string(text)))
	return text, hmac.Equal(mac, []byte(want))
}

// configName is the file of the compiled configuration.
const configName = "config"

// Config is the compiled configuration that was kept (hosts.Decompile reads it).
func (f *Folder) Config() ([]byte, bool) {
	if f == nil {
		return nil, false
	}
	sealed, err := f.read(configName, maxFile)
	if err != nil {
		return nil, false
	}
	return f.open("config", configName, sealed)
}

// KeepConfig keeps it.
func (f *Folder) KeepConfig(text []byte) error {
	if f == nil {
		return nil
	}
	return f.write(configName, f.seal("config", configName, text))
}
