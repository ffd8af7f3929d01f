package hosts

const nonblock = 0

// Windows has no such bits: Go makes all three the same.
const writableByOthers = 0
