-- Who uses the platform. `seq` is the order in which users appeared: the key of lists, which must not change while somebody pages.
CREATE TABLE users (
  id               uuid        PRIMARY KEY,
  seq              bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
  email            text        NOT NULL,
  -- The form in which an address is unique; none for the erased.
  email_normalized text        UNIQUE,
  first_name       text        NOT NULL,
  last_name        text        NOT NULL,
  role             text        NOT NULL CHECK (role IN ('student', 'tutor', 'admin', 'superadmin')),
  status           text        NOT NULL CHECK (status IN ('pending_verification', 'active', 'suspended', 'inactive', 'erased')),
  is_minor         boolean     NOT NULL,
  bio              text,
  skills           text[]      NOT NULL,
  locale           text        NOT NULL,
  timezone         text        NOT NULL,
  tutor_verified   boolean     NOT NULL,
  suspended_until  timestamptz,
  erasure_due_at   timestamptz,
  stream_version   int         NOT NULL,
  stream_hash      text        NOT NULL,
  recorded_at      timestamptz NOT NULL,
  CHECK ((status = 'erased') = (email_normalized IS NULL))
) WITH (fillfactor = 85);
CREATE INDEX users_superadmins ON users (id) WHERE role = 'superadmin';

CREATE TABLE user_settings (
  user_id          uuid    PRIMARY KEY REFERENCES users,
  email_marketing  boolean NOT NULL,
  lesson_reminders boolean NOT NULL,
  language         text    NOT NULL
);

-- What is known of a registration. The events of identity-service come in any order; the row also makes them wait for each other.
CREATE TABLE registrations (
  user_id  uuid   PRIMARY KEY,
  evidence text[] NOT NULL
);

CREATE TABLE refused_registrations (
  id             uuid        PRIMARY KEY,
  reason         text        NOT NULL,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);
