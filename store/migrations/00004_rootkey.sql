-- +goose Up
ALTER TABLE meta ADD COLUMN root_key text NOT NULL DEFAULT ''; -- id of the root key that every secret is wrapped with
CREATE TABLE purpose_keys (
    purpose text PRIMARY KEY,
    secret  text NOT NULL -- wrapped with the root key, bound to this row
);

-- +goose Down
DROP TABLE purpose_keys;
ALTER TABLE meta DROP COLUMN root_key;
