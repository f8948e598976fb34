-- Built by a strict consumer from every event of an account, in order: nothing here is safe to repeat.
CREATE TABLE mirrored_accounts (
  account_id text   PRIMARY KEY,
  balance    int    NOT NULL,
  debits     text[] NOT NULL
);
-- Kept by a `latest` consumer.
CREATE TABLE latest_balances (
  account_id text PRIMARY KEY,
  balance    int  NOT NULL,
  version    int  NOT NULL
);
-- Kept by a consumer to which every event counts by itself.
CREATE TABLE event_counts (
  event_name text PRIMARY KEY,
  count      int  NOT NULL
);
CREATE TABLE poisoned (account_id text PRIMARY KEY);
