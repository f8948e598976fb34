-- Where the tutor's earnings of each payment are. One read model with tutor_earnings and tutor_reversals.
CREATE TABLE tutor_payments (
  payment_id     text    PRIMARY KEY,
  stream_version int     NOT NULL,
  tutor_id       text    NOT NULL,
  currency       text    NOT NULL,
  -- What reversals have left of them; once a payout has the payment, what that payout pays for it.
  earnings       bigint  NOT NULL CHECK (earnings >= 0),
  released       boolean NOT NULL,
  payout_id      text
);
CREATE INDEX tutor_payments_to_pay ON tutor_payments (tutor_id, currency) WHERE released AND payout_id IS NULL;

-- Earnings that were reversed after a payout had them; payout_id is the later payout that pays so much less.
CREATE TABLE tutor_reversals (
  payment_id  text   NOT NULL,
  reversal_id text   NOT NULL,
  tutor_id    text   NOT NULL,
  currency    text   NOT NULL,
  amount      bigint NOT NULL CHECK (amount > 0),
  payout_id   text,
  PRIMARY KEY (payment_id, reversal_id)
);
CREATE INDEX tutor_reversals_to_deduct ON tutor_reversals (tutor_id, currency) WHERE payout_id IS NULL;

-- Payouts for lists; what a payout consists of is in its events.
CREATE TABLE payout_list (
  payout_id      text        PRIMARY KEY,
  stream_version int         NOT NULL,
  tutor_id       text        NOT NULL,
  week           text        NOT NULL,
  amount         bigint      NOT NULL,
  currency       text        NOT NULL,
  status         text        NOT NULL,
  held_because   text,
  scheduled_at   timestamptz NOT NULL,
  changed_at     timestamptz NOT NULL
);
CREATE INDEX payout_list_newest ON payout_list (scheduled_at DESC, payout_id DESC);
CREATE INDEX payout_list_tutor ON payout_list (tutor_id, scheduled_at DESC, payout_id DESC);

-- The weeks that were planned, once each, and what their payouts are to be made of. A plan is never changed; it is finished when its payout
-- is scheduled, or when nothing was left to pay.
CREATE TABLE payout_weeks (
  week       text        PRIMARY KEY,
  planned_at timestamptz NOT NULL
);
CREATE TABLE payout_plans (
  payout_id   text        PRIMARY KEY,
  week        text        NOT NULL,
  tutor_id    text        NOT NULL,
  currency    text        NOT NULL,
  payment_ids text[]      NOT NULL,
  reversals   jsonb       NOT NULL,
  finished_at timestamptz
);
CREATE INDEX payout_plans_unfinished ON payout_plans (payout_id) WHERE finished_at IS NULL;

-- Who the provider pays and charges. Nothing personal: the provider's names for them, made from their ids.
CREATE TABLE payout_accounts (
  tutor_id           text    PRIMARY KEY,
  account_ref        text,
  suspended          boolean NOT NULL DEFAULT false,
  suspension_version int     NOT NULL DEFAULT 0,
  erased             boolean NOT NULL DEFAULT false
);
CREATE TABLE payment_customers (
  user_id      text    PRIMARY KEY,
  customer_ref text,
  erased       boolean NOT NULL DEFAULT false
);
