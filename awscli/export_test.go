package awscli

import "github.com/octroi/octroi/shape"

// TokenOutput is the shape that answers are read by.
func TokenOutput() shape.Shape { return shape.For[tokenOutput]() }
