package policy

import "slices"

// ConditionKeys are the keys that the conditions of the document ask for, in lower case and in order: what whoever
// simulates a request has to say. Keys that the principal implies are not among them.
func (d *Document) ConditionKeys() []string {
	var keys []string
	for i := range d.statements {
		for j := range d.statements[i].conditions {
			key := d.statements[i].conditions[j].Key()
			if _, implied := new(subject).implied(key); !implied && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}
