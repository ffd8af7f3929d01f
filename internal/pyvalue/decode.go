package pyvalue

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"
)

// ErrJSON says that a text is not JSON.
var ErrJSON = errors.New("not JSON")

// ErrDepth says that a document is nested deeper than the runtime would follow.
var ErrDepth = errors.New("nested too deeply")

// maxDepth is below what exhausts that runtime's stack; documents of this service have three levels.
const maxDepth = 900

// maxDigits is the length from which on the runtime refuses to convert an integer.
const maxDigits = 4300

// Decode reads one JSON text. NaN, Infinity and -Infinity are numbers, of a repeated key the last value counts,
// control characters inside a text are an error, and nothing but white space may follow. The text must be UTF-8.
func Decode(text string) (any, error) {
	d := decoder{in: text}
	d.space()
	v, err := d.value(0)
	if err != nil {
		return nil, err
	}
	d.space()
	if d.at != len(d.in) {
		return nil, ErrJSON
	}
	return v, nil
}

type decoder struct {
	in string
	at int
}

func (d *decoder) space() {
	for d.at < len(d.in) {
		switch d.in[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// take moves past a literal if it stands here.
func (d *decoder) take(literal string) bool {
	end := d.at + len(literal)
	if end > len(d.in) || d.in[d.at:end] != literal {
		return false
	}
	d.at = end
	return true
}

func (d *decoder) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, ErrDepth
	}
	if d.at >= len(d.in) {
		return nil, ErrJSON
	}
	switch c := d.in[d.at]; {
	case c == '"':
		d.at++
		return d.text()
	case c == '{':
		d.at++
		return d.object(depth)
	case c == '[':
		d.at++
		return d.array(depth)
	case d.take("null"):
		return nil, nil
	case d.take("true"):
		return true, nil
	case d.take("false"):
		return false, nil
	case d.take("NaN"):
		return math.NaN(), nil
	case d.take("Infinity"):
		return math.Inf(1), nil
	case d.take("-Infinity"):
		return math.Inf(-1), nil
	}
	return d.number()
}

func (d *decoder) object(depth int) (any, error) {
	m := new(Map)
	d.space()
	if d.take("}") {
		return m, nil
	}
	for {
		if !d.take(`"`) {
			return nil, ErrJSON
		}
		key, err := d.text()
		if err != nil {
			return nil, err
		}
		d.space()
		if !d.take(":") {
			return nil, ErrJSON
		}
		d.space()
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		m.Set(key, v)
		d.space()
		if d.take("}") {
			return m, nil
		}
		if !d.take(",") {
			return nil, ErrJSON
		}
		d.space()
	}
}

func (d *decoder) array(depth int) (any, error) {
	list := []any{}
	d.space()
	if d.take("]") {
		return list, nil
	}
	for {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		d.space()
		if d.take("]") {
			return list, nil
		}
		if !d.take(",") {
			return nil, ErrJSON
		}
		d.space()
	}
}

func (d *decoder) digits() int {
	from := d.at
	for d.at < len(d.in) && d.in[d.at] >= '0' && d.in[d.at] <= '9' {
		d.at++
	}
	return d.at - from
}

func (d *decoder) number() (any, error) {
	from := d.at
	d.take("-")
	lead := d.at
	if n := d.digits(); n == 0 {
		return nil, ErrJSON
	} else if n > 1 && d.in[lead] == '0' {
		d.at = lead + 1 // "01" is 0 with something after it, which is then an error of the caller
	}
	end := d.at
	float := false
	if d.take(".") {
		if d.digits() > 0 {
			end, float = d.at, true
		}
		d.at = end
	}
	if d.take("e") || d.take("E") {
		if !d.take("+") {
			d.take("-")
		}
		if d.digits() > 0 {
			end, float = d.at, true
		}
		d.at = end
	}
	if !float {
		if end-lead > maxDigits {
			return nil, ErrJSON
		}
		n, _ := new(big.Int).SetString(d.in[from:end], 10)
		return n, nil
	}
	f, err := strconv.ParseFloat(d.in[from:end], 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return nil, ErrJSON
	}
	return f, nil
}

// text reads the rest of a quoted text.
func (d *decoder) text() (string, error) {
	from := d.at
	for d.at < len(d.in) { // most texts have nothing to decode
		switch c := d.in[d.at]; {
		case c == '"':
			d.at++
			return d.in[from : d.at-1], nil
		case c == '\\':
			return d.escaped([]byte(d.in[from:d.at]))
		case c < 0x20:
			return "", ErrJSON
		}
		d.at++
	}
	return "", ErrJSON
}

func (d *decoder) escaped(b []byte) (string, error) {
	for d.at < len(d.in) {
		c := d.in[d.at]
		d.at++
		switch {
		case c == '"':
			return string(b), nil
		case c < 0x20:
			return "", ErrJSON
		case c != '\\':
			b = append(b, c)
			continue
		}
		if d.at >= len(d.in) {
			return "", ErrJSON
		}
		c = d.in[d.at]
		d.at++
		if c == 'u' {
			r, err := d.unicode()
			if err != nil {
				return "", err
			}
			b = AppendRune(b, r)
			continue
		}
		plain, ok := unescape(c)
		if !ok {
			return "", ErrJSON
		}
		b = append(b, plain)
	}
	return "", ErrJSON
}

func unescape(c byte) (byte, bool) {
	switch c {
	case '"', '\\', '/':
		return c, true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

// unicode reads four hexadecimal digits, and the second half of a pair if one follows.
func (d *decoder) unicode() (rune, error) {
	r, ok := d.hex4()
	if !ok {
		return 0, ErrJSON
	}
	if r < 0xD800 || r > 0xDBFF {
		return r, nil
	}
	back := d.at
	if d.take(`\u`) {
		low, ok := d.hex4()
		if !ok {
			return 0, ErrJSON
		}
		if low >= 0xDC00 && low <= 0xDFFF {
			return 0x10000 + (r-0xD800)<<10 + (low - 0xDC00), nil
		}
		d.at = back
	}
	return r, nil
}

func (d *decoder) hex4() (rune, bool) {
	if d.at+4 > len(d.in) {
		return 0, false
	}
	n, err := strconv.ParseUint(d.in[d.at:d.at+4], 16, 16)
	if err != nil {
		return 0, false
	}
	d.at += 4
	return rune(n), true
}

// AppendRune is utf8.AppendRune, but it keeps a lone surrogate as its three bytes.
func AppendRune(b []byte, r rune) []byte {
	if r >= 0xD800 && r <= 0xDFFF {
		return append(b, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(b, r)
}
