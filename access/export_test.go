package access

// AppendRecord is the encoder of the log.
var AppendRecord = appendRecord
