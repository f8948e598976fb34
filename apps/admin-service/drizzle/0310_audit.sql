-- One row for each published event of every service, each carrying the hash of the one before it.
CREATE TABLE audit_entries (
  seq            bigint      PRIMARY KEY CHECK (seq > 0),
  event_id       uuid        NOT NULL UNIQUE,
  event_name     text        NOT NULL,
  source         text        NOT NULL,
  schema_version int         NOT NULL,
  aggregate_type text        NOT NULL,
  aggregate_id   text        NOT NULL,
  stream_version int         NOT NULL,
  occurred_at    timestamptz(3) NOT NULL,
  recorded_at    timestamptz(3) NOT NULL,
  correlation_id text        NOT NULL,
  causation_id   text        NOT NULL,
  user_id        text        NOT NULL,
  actor_id       text        NOT NULL,
  actor_type     text        NOT NULL,
  actor_role     text,
  changed_fields text[]      NOT NULL,
  payload_hash   text        NOT NULL,
  prev_hash      text        NOT NULL,
  hash           text        NOT NULL
);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor_id, seq);
CREATE INDEX audit_entries_by_aggregate ON audit_entries (aggregate_id, seq);
CREATE INDEX audit_entries_by_correlation ON audit_entries (correlation_id, seq);
CREATE INDEX audit_entries_by_time ON audit_entries (occurred_at);

-- Signed: entry `seq` has this hash. The same stands in a file beside the database.
CREATE TABLE audit_checkpoints (
  id             uuid        PRIMARY KEY,
  seq            bigint      NOT NULL UNIQUE,
  root_hash      text        NOT NULL,
  key_id         text        NOT NULL,
  signature      text        NOT NULL,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
