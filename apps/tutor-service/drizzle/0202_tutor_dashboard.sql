CREATE TABLE tutor_dashboard (
  tutor_id        text PRIMARY KEY,
  lessons_settled int  NOT NULL DEFAULT 0,
  reviews         int  NOT NULL DEFAULT 0,
  rating_sum      int  NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

CREATE TABLE tutor_no_shows (
  booking_id text        PRIMARY KEY,
  tutor_id   text        NOT NULL,
  missed_at  timestamptz NOT NULL,
  forgiven   boolean     NOT NULL DEFAULT false
);
CREATE INDEX tutor_no_shows_of_tutor ON tutor_no_shows (tutor_id);

-- The newest status of each payout; `version` is the one of the payout's stream. Amounts are in minor units.
CREATE TABLE tutor_payouts (
  payout_id text   PRIMARY KEY,
  tutor_id  text   NOT NULL,
  version   int    NOT NULL,
  status    text   NOT NULL CHECK (status IN ('paid', 'failed', 'held')),
  amount    bigint,
  currency  text
);
CREATE INDEX tutor_payouts_of_tutor ON tutor_payouts (tutor_id);
