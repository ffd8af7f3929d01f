-- +goose Up
-- Triggers that are made of the schema (tablesum.go) keep a sum of each table here, with every change and in its transaction.
CREATE TABLE table_sums (
    name text   PRIMARY KEY, -- of the table
    form text   NOT NULL,    -- the schema's version, and how the sum is made
    rows bigint NOT NULL,
    sum  bigint NOT NULL     -- of the sums of its rows
);

-- +goose Down
DROP TABLE table_sums;
