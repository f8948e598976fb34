-- The append-only log of what this service recorded. `id` is insertion order, `position` the place in the feed, given after commit.
CREATE TABLE domain_events (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  position        bigint,
  event_id        uuid        NOT NULL UNIQUE,
  event_name      text        NOT NULL,
  schema_version  int         NOT NULL,
  aggregate_type  text        NOT NULL COLLATE "C",
  aggregate_id    text        NOT NULL COLLATE "C",
  stream_version  int         NOT NULL CHECK (stream_version > 0),
  occurred_at     timestamptz NOT NULL,
  recorded_at     timestamptz NOT NULL,
  correlation_id  text        NOT NULL,
  causation_id    text        NOT NULL,
  user_id         text        NOT NULL,
  actor           text        NOT NULL,
  traceparent     text,
  payload         text        NOT NULL,
  prev_hash       text        NOT NULL,
  hash            text        NOT NULL,
  UNIQUE (aggregate_type, aggregate_id, stream_version)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
CREATE UNIQUE INDEX domain_events_position ON domain_events (position) WHERE position IS NOT NULL;
CREATE INDEX domain_events_unsequenced ON domain_events (id) WHERE position IS NULL;
CREATE INDEX domain_events_correlation ON domain_events (correlation_id);

-- Stored answers of commands, written in the transaction of the command.
CREATE TABLE idempotency_keys (
  principal  text        NOT NULL,
  key        text        NOT NULL,
  body_hash  text        NOT NULL,
  status     int         NOT NULL,
  response   text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Who may do a single-writer job. `epoch` fences: a holder that lost its lease carries an older one.
CREATE TABLE leases (
  name       text        PRIMARY KEY,
  holder     text        NOT NULL,
  epoch      bigint      NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE feed_head (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  position bigint  NOT NULL
);
INSERT INTO feed_head (position) VALUES (0);

-- Named readers of the feed. Everything up to `checkpoint` was handled or parked.
CREATE TABLE subscriptions (
  name        text        PRIMARY KEY,
  checkpoint  bigint      NOT NULL,
  state       text        NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'stopped')),
  last_error  text,
  updated_at  timestamptz NOT NULL DEFAULT now()
);

-- What a subscription or consumer has handled; the row is written in the transaction of the effect.
CREATE TABLE inbox (
  subscription text        NOT NULL,
  event_id     uuid        NOT NULL,
  handled_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, event_id)
);
CREATE INDEX inbox_age ON inbox (handled_at);

-- Dead letters by key: one stream of one subscription stands still, in order, until somebody redrives or discards it.
CREATE TABLE parked_keys (
  subscription text        NOT NULL,
  stream       text        NOT NULL,
  state        text        NOT NULL DEFAULT 'parked' CHECK (state IN ('parked', 'redriving')),
  parked_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, stream)
);
CREATE TABLE parked_events (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscription text        NOT NULL,
  stream       text        NOT NULL,
  event_id     text        NOT NULL,
  event_name   text        NOT NULL,
  message      text        NOT NULL,
  error        text,
  attempts     int         NOT NULL DEFAULT 0,
  parked_at    timestamptz NOT NULL DEFAULT now(),
  UNIQUE (subscription, stream, event_id),
  FOREIGN KEY (subscription, stream) REFERENCES parked_keys
);

-- Newest version a consumer has applied per stream (order 'latest' and 'strict').
CREATE TABLE consumed_versions (
  subscription   text NOT NULL,
  stream         text NOT NULL COLLATE "C",
  stream_version int  NOT NULL,
  PRIMARY KEY (subscription, stream)
);
-- Messages that arrived before their predecessor (order 'strict').
CREATE TABLE held_messages (
  subscription   text        NOT NULL,
  stream         text        NOT NULL COLLATE "C",
  stream_version int         NOT NULL,
  message        text        NOT NULL,
  held_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, stream, stream_version)
);

-- Durable process managers: state, outgoing commands and timers commit together. Whoever writes the timers or adds commands of a saga
-- holds its row. A saga with a parked command or timer is shown as stuck.
CREATE TABLE sagas (
  saga           text        NOT NULL COLLATE "C",
  key            text        NOT NULL COLLATE "C",
  status         text        NOT NULL CHECK (status IN ('running', 'completed', 'cancelled', 'compensating', 'compensated')),
  state          text        NOT NULL,
  step           int         NOT NULL,
  correlation_id text        NOT NULL,
  traceparent    text,
  started_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  PRIMARY KEY (saga, key)
) WITH (fillfactor = 80);
CREATE INDEX sagas_recent ON sagas (updated_at);
-- `compensates` is the step that a compensating command undoes; `compensation` the command that undoes this one.
CREATE TABLE saga_commands (
  id           uuid        PRIMARY KEY,
  saga         text        NOT NULL COLLATE "C",
  key          text        NOT NULL COLLATE "C",
  step         int         NOT NULL,
  compensates  int,
  command      text        NOT NULL,
  payload      text        NOT NULL,
  compensation text,
  status       text        NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'parked', 'failed', 'cancelled', 'compensated')),
  attempts     int         NOT NULL DEFAULT 0,
  next_attempt timestamptz NOT NULL,
  last_error   text,
  causation_id text        NOT NULL,
  created_at   timestamptz NOT NULL,
  done_at      timestamptz,
  UNIQUE (saga, key, step),
  FOREIGN KEY (saga, key) REFERENCES sagas ON DELETE CASCADE
) WITH (fillfactor = 80);
CREATE INDEX saga_commands_due ON saga_commands (next_attempt, step) WHERE status = 'pending';
CREATE INDEX saga_commands_parked ON saga_commands (saga, key) WHERE status = 'parked';
-- `error` says why a timer could not fire; it waits for an operator then.
CREATE TABLE saga_timers (
  saga   text        NOT NULL COLLATE "C",
  key    text        NOT NULL COLLATE "C",
  name   text        NOT NULL,
  due_at timestamptz NOT NULL,
  error  text,
  PRIMARY KEY (saga, key, name),
  FOREIGN KEY (saga, key) REFERENCES sagas ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX saga_timers_due ON saga_timers (due_at) WHERE error IS NULL;
CREATE INDEX saga_timers_parked ON saga_timers (saga, key) WHERE error IS NOT NULL;
