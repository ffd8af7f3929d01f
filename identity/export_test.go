package identity

// PageAfter is where the page of a Marker begins, and how many entries it has.
func PageAfter(marker string, limit int32) (string, int, error) { return pageAfter(&marker, &limit) }

// RoleOf is the ARN of a role that a request names.
func RoleOf(text string) (string, error) { return roleOf(&text) }

// VersionNumber is the number of a policy's version.
func VersionNumber(text string) (int, error) { return versionNumber(&text) }
