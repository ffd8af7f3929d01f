// Package pyvalue holds JSON-like values the way the AWS CLI's runtime does, so that they print the same: maps keep
// the order of their keys, integers have any size and are not floats, floats print shortest with an exponent from 1e16
// on, and a text may hold a lone surrogate (kept as its three-byte form, which is not valid UTF-8).
//
// A value is nil, bool, *big.Int, float64, string, []any, *Map, or Time; everything else is a mistake of the caller.
//
// Reading order: value (the map, truth, equality), decode (strict JSON as that runtime reads it), text (how a value
// is written out), utf8 (what it says of bytes that are no text).
package pyvalue
