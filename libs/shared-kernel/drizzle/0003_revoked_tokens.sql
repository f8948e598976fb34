-- Access tokens of a user that were issued at or before this instant do not count. Forgotten when no such token can be valid any more.
CREATE TABLE revoked_tokens (
  user_id    text        PRIMARY KEY,
  not_before timestamptz NOT NULL
);
CREATE INDEX revoked_tokens_age ON revoked_tokens (not_before);
