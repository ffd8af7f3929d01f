package main

import "io"

func timingTable(io.Writer, options) error { return nil }
