package principal

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "***"

// Secret is a text that no log, error or encoder prints. Reveal is the only way to it, so that a search
// for Reveal finds every place where one leaves.
type Secret struct{ text string }

// NewSecretFrom keeps text as a secret.
func NewSecretFrom(text string) Secret { return Secret{text} }

// Reveal is the text itself.
func (s Secret) Reveal() string { return s.text }

// String redacts.
func (s Secret) String() string { return redacted }

// Format redacts whatever the verb: String alone would leave %d, which prints the fields.
func (s Secret) Format(w fmt.State, _ rune) { io.WriteString(w, redacted) }

// LogValue redacts, for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText redacts, for encoders: a secret that is to be shown is shown with Reveal.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
