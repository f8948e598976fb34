CREATE TABLE accounts (
  id             text        PRIMARY KEY,
  balance        int         NOT NULL CHECK (balance >= 0),
  debits         text[]      NOT NULL,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE transfers (
  id             text        PRIMARY KEY,
  from_account   text        NOT NULL,
  to_account     text        NOT NULL,
  amount         int         NOT NULL,
  refuse         boolean     NOT NULL,
  note           text        NOT NULL,
  status         text        NOT NULL,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);
-- One row per effect: a second one would be an effect that happened twice, so nothing here is unique.
CREATE TABLE statements (event_id uuid NOT NULL, account_id text NOT NULL, delta int NOT NULL);
-- What went to the outside: at least once, by the same id.
CREATE TABLE notices (message_id text NOT NULL);
-- While an account stands here its statements cannot be written: at another time they could, or (hopeless) a rule forbids it.
CREATE TABLE poisoned (account_id text PRIMARY KEY, hopeless boolean NOT NULL DEFAULT false);
-- The read model: what its projection has added up.
CREATE TABLE book (account_id text PRIMARY KEY, sum int NOT NULL, events int NOT NULL, stream_version int NOT NULL);
