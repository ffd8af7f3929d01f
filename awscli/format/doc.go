// Package format writes a value the way the AWS CLI does with --output: json, text, table, yaml and yaml-stream, to
// the byte. Values are those of internal/pyvalue.
//
// Reading order: format (the one call), json, text, yaml and scalar (the emitter that the AWS CLI's library uses),
// table (a value becomes sections), render (sections become lines), width.
package format
