package session

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
)

// PackedLimit is how many bytes the limits of a session may have, packed. With it the password of every session stays
// below 3 KiB, its authorization token below 4 KiB.
const PackedLimit = 960

// TooLargeError says how large the limits are, in per cent of what they may be.
type TooLargeError struct{ Percent int }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("Packed policy consumes %d%% of allotted space, please use smaller policy.", e.Percent)
}

// Pack is the limits as one text, empty when there are none, and how large that is in per cent of what it may be.
// Errors: *TooLargeError.
func (l Limits) Pack() (packed string, percent int, err error) {
	if l.Policy == "" && len(l.PolicyARNs) == 0 && len(l.Tags) == 0 {
		return "", 0, nil
	}
	b := appendField(nil, compact(l.Policy))
	b = binary.AppendUvarint(b, uint64(len(l.PolicyARNs)))
	for _, arn := range l.PolicyARNs {
		b = appendField(b, arn)
	}
	b = binary.AppendUvarint(b, uint64(len(l.Tags)))
	for _, t := range l.Tags {
		transitive := byte(0)
		if t.Transitive {
			transitive = 1
		}
		b = appendField(appendField(append(b, transitive), t.Key), t.Value)
	}
	packed = deflate(b)
	percent = (100*len(packed) + PackedLimit - 1) / PackedLimit
	if len(packed) > PackedLimit {
		return "", percent, &TooLargeError{percent}
	}
	return packed, percent, nil
}

// UnpackLimits reads what Pack wrote. Errors: ErrPacked.
func UnpackLimits(packed string) (Limits, error) {
	if packed == "" {
		return Limits{}, nil
	}
	text, err := inflate(packed)
	if err != nil {
		return Limits{}, ErrPacked
	}
	r := reader{rest: text}
	l := Limits{Policy: strings.Clone(r.field()), PolicyARNs: r.fields()}
	n := r.number()
	for i := uint64(0); i < n && !r.failed; i++ {
		l.Tags = append(l.Tags, r.tag())
	}
	if r.failed || r.rest != "" {
		return Limits{}, ErrPacked
	}
	return l, nil
}

func (r *reader) tag() Tag {
	if r.rest == "" || r.rest[0] > 1 {
		r.failed = true
		return Tag{}
	}
	t := Tag{Transitive: r.rest[0] == 1}
	r.rest = r.rest[1:]
	t.Key, t.Value = strings.Clone(r.field()), strings.Clone(r.field())
	return t
}

// compact is a document without the white space between its tokens. A text that is no JSON stays as it is.
func compact(document string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(document)) != nil {
		return document
	}
	return b.String()
}
