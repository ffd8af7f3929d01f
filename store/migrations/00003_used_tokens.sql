-- +goose Up
CREATE TABLE used_tokens (
    provider   text   NOT NULL, -- ARN
    token      text   NOT NULL, -- a hash that names the token of an identity provider that is taken once
    expires_at bigint NOT NULL, -- when the token is refused anyway
    PRIMARY KEY (provider, token)
);
CREATE INDEX used_tokens_expires ON used_tokens (expires_at);

-- +goose Down
DROP TABLE used_tokens;
