-- The books: every line ever posted, and what it adds up to. In each event and in all of them debit and credit of a currency are equal.
CREATE TABLE ledger_entries (
  event_id    uuid        NOT NULL,
  line        int         NOT NULL,
  recorded_at timestamptz NOT NULL,
  event_name  text        NOT NULL,
  aggregate_id text       NOT NULL,
  account     text        NOT NULL,
  currency    text        NOT NULL,
  debit       bigint      NOT NULL CHECK (debit >= 0),
  credit      bigint      NOT NULL CHECK (credit >= 0 AND (debit = 0) <> (credit = 0)),
  PRIMARY KEY (event_id, line)
);
CREATE INDEX ledger_entries_account ON ledger_entries (account, recorded_at, event_id, line) INCLUDE (currency, debit, credit);
CREATE INDEX ledger_entries_newest ON ledger_entries (recorded_at, event_id, line);
CREATE TABLE ledger_balances (
  account  text   NOT NULL,
  currency text   NOT NULL,
  debit    bigint NOT NULL,
  credit   bigint NOT NULL,
  PRIMARY KEY (account, currency)
);

-- What a tutor has earned: in escrow, theirs, and already paid out.
CREATE TABLE tutor_earnings (
  event_id    uuid        NOT NULL PRIMARY KEY,
  tutor_id    text        NOT NULL,
  currency    text        NOT NULL,
  recorded_at timestamptz NOT NULL,
  held        bigint      NOT NULL,
  available   bigint      NOT NULL,
  paid        bigint      NOT NULL
);
CREATE INDEX tutor_earnings_tutor ON tutor_earnings (tutor_id, currency, recorded_at) INCLUDE (held, available, paid);

-- What moved, event by event, for finance; a report adds up a day. A sum that is stored could not tell an event that comes twice.
CREATE TABLE settlement_daily (
  event_id  uuid   NOT NULL PRIMARY KEY,
  day       date   NOT NULL,
  currency  text   NOT NULL,
  captured  bigint NOT NULL,
  refunded  bigint NOT NULL,
  disputed  bigint NOT NULL,
  released  bigint NOT NULL,
  fees      bigint NOT NULL,
  paid_out  bigint NOT NULL
);
CREATE INDEX settlement_daily_day ON settlement_daily (day, currency) INCLUDE (captured, refunded, disputed, released, fees, paid_out);
