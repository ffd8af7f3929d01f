package awscli

import "github.com/octroi/octroi/shape"

// TokenOutput is the shape that answers are read by.
func TokenOutput() shape.Shape { return shape.For[tokenOutput]() }

// Parsers of what comes from outside, for their fuzz targets.
var (
	ReadDate      = readDate
	SplitWords    = splitWords
	DecodeText    = decodeText
	DecodeLenient = decodeLenient
)
