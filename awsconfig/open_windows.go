package awsconfig

// Windows has neither: its file modes say nothing about other users.
const (
	nonblock         = 0
	writableByOthers = 0
)
