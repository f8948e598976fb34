-- Private keys are encrypted (AES-256-GCM); `sealed_with` names the key that opens them.
CREATE TABLE signing_keys (
  kid         text        PRIMARY KEY,
  public_jwk  jsonb       NOT NULL,
  sealed_key  text        NOT NULL,
  sealed_with text        NOT NULL,
  created_at  timestamptz NOT NULL,
  signs_from  timestamptz NOT NULL
);
