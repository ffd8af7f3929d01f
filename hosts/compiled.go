package hosts

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
)

// compiledVersion changes when an older reader would take the form for something else.
const compiledVersion = 1

// compiled is a configuration as JSON, together with the hash of the file that it was made of. Reading YAML takes a
// library that is three times the small binary: so octroi reads it, once, and the small binary reads this while the
// file's bytes are still the same.
type compiled struct {
	Version int    `json:"version"`
	Source  string `json:"source"`
	Config  Config `json:"config"`
}

// Hash names the bytes of a configuration file.
func Hash(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// Compile is the compiled form of a configuration that was read from file.
func Compile(c Config, file []byte) ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	return json.Marshal(compiled{compiledVersion, Hash(file), c})
}

// ErrCompiled reports a compiled form that cannot be used: it must be made anew.
var ErrCompiled = errors.New("the compiled configuration is of another file or version")

// Decompile reads what Compile made of the very bytes of file, and checks it again.
func Decompile(text, file []byte) (Config, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var c compiled
	if d.Decode(&c) != nil || c.Version != compiledVersion || c.Source != Hash(file) || c.Config.Check() != nil {
		return Config{}, ErrCompiled
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Config{}, ErrCompiled
	}
	return c.Config, nil
}
