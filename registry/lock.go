package registry

import "sync"

// locks are locks by name, that exist while somebody holds or wants them. The zero locks is ready.
//
// They order requests of this process. Several processes on one storage will need the store for that.
type locks struct {
	mu    sync.Mutex
	named map[string]*namedLock
}

type namedLock struct {
	sync.RWMutex
	users int
}

// lock waits for the lock of a name, and returns what gives it back.
func (l *locks) lock(name string) (unlock func()) {
	n := l.take(name)
	n.Lock()
	return func() { l.release(name, n) }
}

// share waits until nobody has the lock of a name for itself, and keeps it from those who want it so.
func (l *locks) share(name string) (unlock func()) {
	n := l.take(name)
	n.RLock()
	return func() { n.RUnlock(); l.drop(name, n) }
}

// try takes the lock of a name unless somebody has it.
func (l *locks) try(name string) (unlock func(), ok bool) {
	n := l.take(name)
	if !n.TryLock() {
		l.drop(name, n)
		return nil, false
	}
	return func() { l.release(name, n) }, true
}

func (l *locks) take(name string) *namedLock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.named == nil {
		l.named = map[string]*namedLock{}
	}
	n, ok := l.named[name]
	if !ok {
		n = new(namedLock)
		l.named[name] = n
	}
	n.users++
	return n
}

func (l *locks) release(name string, n *namedLock) {
	n.Unlock()
	l.drop(name, n)
}

func (l *locks) drop(name string, n *namedLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n.users--; n.users == 0 {
		delete(l.named, name)
	}
}
