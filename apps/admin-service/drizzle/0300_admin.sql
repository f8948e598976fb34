-- One submission of a tutor under review; its history is in domain_events.
CREATE TABLE verification_cases (
  id             uuid        PRIMARY KEY,
  seq            bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
  tutor_id       uuid        NOT NULL,
  user_id        uuid        NOT NULL,
  attempt        int         NOT NULL CHECK (attempt > 0),
  status         text        NOT NULL CHECK (status IN ('open', 'assigned', 'approved', 'rejected', 'info_requested', 'closed')),
  assignee       uuid,
  subjects       jsonb       NOT NULL,
  documents      jsonb       NOT NULL,
  due_at         timestamptz NOT NULL,
  reminded       boolean     NOT NULL,
  escalated      boolean     NOT NULL,
  decision       jsonb,
  closed_for     text,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL,
  UNIQUE (tutor_id, attempt)
) WITH (fillfactor = 80);
CREATE INDEX verification_cases_by_status ON verification_cases (status, seq);
CREATE INDEX verification_cases_by_user ON verification_cases (user_id);

-- What waits for a second person, and what became of it.
CREATE TABLE approval_tasks (
  id             uuid        PRIMARY KEY,
  seq            bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
  kind           text        NOT NULL CHECK (kind IN ('refund', 'issue', 'dispute', 'payout_release', 'mismatch')),
  subject_id     text        NOT NULL,
  amount         bigint,
  currency       text,
  requested_by   text        NOT NULL,
  details        jsonb       NOT NULL,
  status         text        NOT NULL CHECK (status IN ('open', 'approved', 'rejected', 'expired')),
  decided_by     text,
  decided_amount bigint,
  reason         text,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX approval_tasks_one_open ON approval_tasks (kind, subject_id) WHERE status = 'open';
CREATE INDEX approval_tasks_by_status ON approval_tasks (status, kind, seq);

-- What is known of a refund, dispute … beside its tasks. Its row is also the lock of the subject.
CREATE TABLE approval_subjects (
  kind         text    NOT NULL,
  subject_id   text    NOT NULL,
  closed       boolean NOT NULL DEFAULT false,
  amount       bigint,
  currency     text,
  requested_by text,
  PRIMARY KEY (kind, subject_id)
);

CREATE TABLE admin_users (
  id             uuid        PRIMARY KEY,
  duties         text[]      NOT NULL,
  status         text        NOT NULL CHECK (status IN ('active', 'deactivated')),
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);

-- What is kept of users beside the aggregates. A row is also the lock of its user.
CREATE TABLE known_users (
  user_id          uuid    PRIMARY KEY,
  expected_profile boolean NOT NULL DEFAULT false,
  erased           boolean NOT NULL DEFAULT false
);

-- Users whose data was erased here: each is confirmed once.
CREATE TABLE admin_erasures (
  id             uuid        PRIMARY KEY,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);

-- Signs the cursors of lists. In the database, so that every replica accepts the cursors of the others.
CREATE TABLE list_cursor_key (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  key      text    NOT NULL
);
INSERT INTO list_cursor_key (key) VALUES (gen_random_uuid()::text || gen_random_uuid()::text);
