-- Who may sign in. A cancelled registration has no address any more; an erased account has no row.
CREATE TABLE accounts (
  id               uuid        PRIMARY KEY,
  email            text        NOT NULL,
  -- The form in which an address is unique; none for the cancelled.
  email_normalized text        UNIQUE,
  status           text        NOT NULL CHECK (status IN ('pending_verification', 'awaiting_guardian', 'active', 'cancelled')),
  disabled         boolean     NOT NULL,
  is_minor         boolean     NOT NULL,
  locale           text        NOT NULL,
  role             text        NOT NULL CHECK (role IN ('student', 'tutor', 'admin', 'superadmin')),
  duties           text[]      NOT NULL,
  user_confirmed   boolean     NOT NULL,
  consent_id       uuid,
  consent_status   text        CHECK (consent_status IN ('requested', 'granted', 'declined')),
  -- Instants of the failed logins that still count, and when a lock that they led to ends.
  failed_at        text[]      NOT NULL,
  locked_until     text,
  stream_version   int         NOT NULL,
  stream_hash      text        NOT NULL,
  recorded_at      timestamptz NOT NULL,
  CHECK ((status = 'cancelled') = (email_normalized IS NULL))
) WITH (fillfactor = 85);

-- Argon2id in the PHC string format. Only here when this service keeps the passwords itself.
CREATE TABLE credentials (
  user_id       uuid PRIMARY KEY,
  password_hash text NOT NULL
);

-- The address of a minor's guardian, until the guardian has decided.
CREATE TABLE guardians (
  user_id uuid PRIMARY KEY,
  email   text NOT NULL
);

-- Secrets that were mailed, as hashes; a row is deleted when it is used.
CREATE TABLE mail_tokens (
  hash       text        PRIMARY KEY,
  user_id    uuid        NOT NULL,
  purpose    text        NOT NULL CHECK (purpose IN ('verification', 'password', 'guardian')),
  expires_at timestamptz NOT NULL
);
CREATE INDEX mail_tokens_of_user ON mail_tokens (user_id, purpose);

CREATE TABLE sessions (
  id           uuid        PRIMARY KEY,
  user_id      uuid        NOT NULL,
  -- Of the refresh token that is good for one more access token.
  token_hash   text        NOT NULL UNIQUE,
  created_at   timestamptz NOT NULL,
  refreshed_at timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);

-- Refresh tokens that were exchanged: whoever presents one again ends its session.
CREATE TABLE rotated_tokens (
  hash       text PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE
);
CREATE INDEX rotated_tokens_of_session ON rotated_tokens (session_id);

-- Failed logins with addresses that have no account: they lock like those of an account, so that a lock betrays nothing.
CREATE TABLE strangers (
  address_hash text   PRIMARY KEY,
  failed_at    text[] NOT NULL,
  locked_until text
);

CREATE TABLE identity_erasures (
  id             uuid        PRIMARY KEY,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);
