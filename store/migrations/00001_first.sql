-- +goose Up
CREATE TABLE meta (
    id         bigint PRIMARY KEY CHECK (id = 1),
    version    bigint NOT NULL,
    deployment text   NOT NULL,
    settled    bigint NOT NULL DEFAULT 0 -- 1 once the first administrator has been handed over
);
CREATE TABLE accounts (
    id         text   PRIMARY KEY,
    created_at bigint NOT NULL
);
CREATE TABLE aliases (
    alias      text   PRIMARY KEY,
    account    text   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at bigint NOT NULL
);
CREATE TABLE users (
    id         text   PRIMARY KEY,
    account    text   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name       text   NOT NULL,
    name_key   text   NOT NULL, -- lower case: IAM compares names without case
    path       text   NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (account, name_key)
);
CREATE TABLE access_keys (
    id         text   PRIMARY KEY,
    user_id    text   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    secret     text   NOT NULL, -- wrapped with the root key, bound to this row
    status     text   NOT NULL, -- Active or Inactive
    created_at bigint NOT NULL
);
CREATE INDEX access_keys_user ON access_keys (user_id);
CREATE TABLE user_policies (
    user_id  text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name     text NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (user_id, name)
);
CREATE TABLE repositories (
    account    text   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name       text   NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (account, name)
);
CREATE TABLE referrers (
    account       text   NOT NULL,
    repository    text   NOT NULL,
    subject       text   NOT NULL,
    digest        text   NOT NULL,
    media_type    text   NOT NULL,
    artifact_type text   NOT NULL,
    size          bigint NOT NULL,
    annotations   text   NOT NULL, -- JSON
    PRIMARY KEY (account, repository, subject, digest),
    FOREIGN KEY (account, repository) REFERENCES repositories (account, name) ON DELETE CASCADE
);
CREATE INDEX referrers_digest ON referrers (account, repository, digest);
CREATE TABLE token_keys (
    id           bigint PRIMARY KEY,
    secret       text   NOT NULL, -- wrapped with the root key, bound to this row
    created_at   bigint NOT NULL,
    activated_at bigint NOT NULL  -- when it begins to seal; it ends when the next one begins
);
CREATE TABLE revocations (
    kind    text   NOT NULL, -- token: subject is its id; principal: subject is the unique id
    subject text   NOT NULL,
    before  bigint NOT NULL, -- tokens issued up to this instant are refused
    PRIMARY KEY (kind, subject)
);

-- +goose Down
DROP TABLE revocations;
DROP TABLE token_keys;
DROP TABLE referrers;
DROP TABLE repositories;
DROP TABLE user_policies;
DROP TABLE access_keys;
DROP TABLE users;
DROP TABLE aliases;
DROP TABLE accounts;
DROP TABLE meta;
