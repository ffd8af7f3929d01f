package pyvalue

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// IsNumber tells whether arithmetic accepts v; a bool counts as 0 or 1.
func IsNumber(v any) bool {
	switch v.(type) {
	case bool, *big.Int, float64:
		return true
	}
	return false
}

// whole is v as an integer when it is one.
func whole(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case *big.Int:
		return v, true
	case bool:
		if v {
			return Int(1), true
		}
		return Int(0), true
	}
	return nil, false
}

// CompareNumbers orders two numbers exactly, however large. It is not ok when one of them is no number or NaN.
func CompareNumbers(a, b any) (order int, ok bool) {
	x, xok := whole(a)
	y, yok := whole(b)
	switch {
	case xok && yok:
		return x.Cmp(y), true
	case xok:
		f, ok := b.(float64)
		if !ok || math.IsNaN(f) {
			return 0, false
		}
		return compareIntFloat(x, f), true
	case yok:
		f, ok := a.(float64)
		if !ok || math.IsNaN(f) {
			return 0, false
		}
		return -compareIntFloat(y, f), true
	}
	f, ok1 := a.(float64)
	g, ok2 := b.(float64)
	if !ok1 || !ok2 || math.IsNaN(f) || math.IsNaN(g) {
		return 0, false
	}
	switch {
	case f < g:
		return -1, true
	case f > g:
		return 1, true
	}
	return 0, true
}

func compareIntFloat(n *big.Int, f float64) int {
	if math.IsInf(f, 1) {
		return -1
	}
	if math.IsInf(f, -1) {
		return 1
	}
	return new(big.Float).SetInt(n).Cmp(big.NewFloat(f))
}

// Float is a number as a float; ok is false when it is none, or too large for one.
func Float(v any) (f float64, ok bool) {
	if f, ok := v.(float64); ok {
		return f, true
	}
	n, ok := whole(v)
	if !ok {
		return 0, false
	}
	f, _ = new(big.Float).SetInt(n).Float64()
	return f, !math.IsInf(f, 0)
}

// FormatFloat writes the shortest decimal that reads back as f, with at least one decimal place, and with an exponent
// below 1e-4 and from 1e16 on.
func FormatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	s := strconv.FormatFloat(f, 'e', -1, 64)
	mark := strings.IndexByte(s, 'e')
	exponent, _ := strconv.Atoi(s[mark+1:])
	if f != 0 && (exponent < -4 || exponent >= 16) {
		return s // Go, too, writes the exponent with a sign and two digits
	}
	s = strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
