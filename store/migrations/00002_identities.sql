-- +goose Up
ALTER TABLE users ADD COLUMN boundary text NOT NULL DEFAULT ''; -- ARN of a managed policy

-- Inline policies, attachments and tags are held by whoever has the unique id in "owner": a user, a role, a group, and
-- of tags also a managed policy or a provider. They are removed with their owner by the store.
CREATE TABLE inline_policies (
    owner    text NOT NULL,
    name     text NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (owner, name)
);
INSERT INTO inline_policies (owner, name, document) SELECT user_id, name, document FROM user_policies;
DROP TABLE user_policies;
CREATE TABLE attachments (
    owner text NOT NULL,
    arn   text NOT NULL, -- of a managed policy, ours or AWS's
    PRIMARY KEY (owner, arn)
);
CREATE INDEX attachments_arn ON attachments (arn);
CREATE TABLE tags (
    owner   text NOT NULL,
    tag_key text NOT NULL, -- lower case: IAM compares tag keys without case
    name    text NOT NULL, -- the key as it was written
    value   text NOT NULL,
    PRIMARY KEY (owner, tag_key)
);
CREATE TABLE roles (
    id          text   PRIMARY KEY,
    account     text   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name        text   NOT NULL,
    name_key    text   NOT NULL,
    path        text   NOT NULL,
    description text   NOT NULL,
    trust       text   NOT NULL, -- the document as it was written
    trust_ids   text   NOT NULL, -- JSON: the unique id of each user and role that it names, by ARN
    max_session bigint NOT NULL, -- seconds
    boundary    text   NOT NULL,
    created_at  bigint NOT NULL,
    UNIQUE (account, name_key)
);
CREATE TABLE user_groups (
    id         text   PRIMARY KEY,
    account    text   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name       text   NOT NULL,
    name_key   text   NOT NULL,
    path       text   NOT NULL,
    created_at bigint NOT NULL,
    UNIQUE (account, name_key)
);
CREATE TABLE group_members (
    group_id text NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
    user_id  text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_user ON group_members (user_id);
CREATE TABLE managed_policies (
    id              text   PRIMARY KEY,
    account         text   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name            text   NOT NULL,
    name_key        text   NOT NULL,
    path            text   NOT NULL,
    description     text   NOT NULL,
    default_version bigint NOT NULL,
    last_version    bigint NOT NULL, -- the highest number ever given: none is given twice
    created_at      bigint NOT NULL,
    updated_at      bigint NOT NULL,
    UNIQUE (account, name_key)
);
CREATE TABLE policy_versions (
    policy_id  text   NOT NULL REFERENCES managed_policies (id) ON DELETE CASCADE,
    version    bigint NOT NULL,
    document   text   NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (policy_id, version)
);
CREATE TABLE providers (
    account     text   NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    url         text   NOT NULL, -- without the scheme
    client_ids  text   NOT NULL, -- JSON
    thumbprints text   NOT NULL, -- JSON
    internal    bigint NOT NULL, -- 1: private addresses may be asked for its keys
    one_time    bigint NOT NULL, -- 1: a token is taken once
    jwks        text   NOT NULL, -- its keys, where they are not to be asked for
    ca          text   NOT NULL, -- PEM, what its certificate is verified with beside the system's
    created_at  bigint NOT NULL,
    PRIMARY KEY (account, url)
);
CREATE TABLE last_uses (
    id      text   PRIMARY KEY, -- an access key's or a role's
    service text   NOT NULL,
    region  text   NOT NULL,
    used_at bigint NOT NULL
);

-- +goose Down
DROP TABLE last_uses;
DROP TABLE providers;
DROP TABLE policy_versions;
DROP TABLE managed_policies;
DROP TABLE group_members;
DROP TABLE user_groups;
DROP TABLE roles;
DROP TABLE tags;
DROP TABLE attachments;
CREATE TABLE user_policies (
    user_id  text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name     text NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (user_id, name)
);
INSERT INTO user_policies (user_id, name, document)
    SELECT owner, name, document FROM inline_policies WHERE owner IN (SELECT id FROM users);
DROP TABLE inline_policies;
ALTER TABLE users DROP COLUMN boundary;
