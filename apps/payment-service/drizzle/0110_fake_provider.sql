-- What the fake payment provider knows: another system in every way but its place, so it has tables of its own and nobody else reads them.
CREATE TABLE fake_provider_operations (
  key        text        PRIMARY KEY,
  request    text        NOT NULL,
  outcome    jsonb       NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE TABLE fake_provider_charges (
  authorization_ref text PRIMARY KEY,
  payment_id        text NOT NULL,
  payment_method    text NOT NULL,
  amount            int  NOT NULL,
  currency          text NOT NULL,
  capture_ref       text UNIQUE,
  refunded          int  NOT NULL DEFAULT 0 CHECK (refunded <= amount),
  failed_refunds    int  NOT NULL DEFAULT 0
);
CREATE TABLE fake_provider_webhooks (
  id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  due_at   timestamptz NOT NULL,
  body     text        NOT NULL,
  attempts int         NOT NULL DEFAULT 0
);
CREATE INDEX fake_provider_webhooks_due ON fake_provider_webhooks (due_at);
