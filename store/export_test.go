package store

import "context"

// UserIdentityWhile reads a user's identity after meanwhile, in a snapshot from before it.
func (s *Store) UserIdentityWhile(ctx context.Context, account, id string, meanwhile func()) (who Identity, err error) {
	err = s.read(ctx, func(q snapshot) error {
		meanwhile()
		who, err = s.userIdentity(ctx, q, account, id)
		return err
	})
	return who, err
}

// Judge is what becomes of an error of the database.
func (s *Store) Judge(err error) error { return s.broken.judge(err) }
