-- What lists show of each payment, after `stream_version` events.
CREATE TABLE payment_view (
  payment_id     text        COLLATE "C" PRIMARY KEY,
  stream_version int         NOT NULL,
  booking_id     text        COLLATE "C",
  student_id     text        COLLATE "C" NOT NULL,
  tutor_id       text        COLLATE "C" NOT NULL,
  currency       text        NOT NULL,
  amount         bigint      NOT NULL,
  platform_fee   bigint      NOT NULL,
  tutor_earnings bigint      NOT NULL,
  status         text        NOT NULL,
  settlement     text        NOT NULL,
  dispute        text        NOT NULL,
  refunded       bigint      NOT NULL,
  charged_back   bigint      NOT NULL,
  open_refunds   int         NOT NULL,
  -- Something is still to come: money, a lesson, a decision.
  is_open        boolean     NOT NULL,
  created_at     timestamptz NOT NULL,
  changed_at     timestamptz NOT NULL
);
CREATE INDEX payment_view_newest ON payment_view (created_at, payment_id);
CREATE INDEX payment_view_status ON payment_view (status, created_at, payment_id);
CREATE INDEX payment_view_student ON payment_view (student_id, created_at, payment_id);
CREATE INDEX payment_view_tutor ON payment_view (tutor_id, created_at, payment_id);
CREATE INDEX payment_view_booking ON payment_view (booking_id);
CREATE INDEX payment_view_open_student ON payment_view (student_id) WHERE is_open;
CREATE INDEX payment_view_open_tutor ON payment_view (tutor_id) WHERE is_open;

-- What a student paid and got back, line by line.
CREATE TABLE student_history (
  event_id       uuid        NOT NULL PRIMARY KEY,
  student_id     text        COLLATE "C" NOT NULL,
  payment_id     text        COLLATE "C" NOT NULL,
  stream_version int         NOT NULL,
  booking_id     text        COLLATE "C",
  tutor_id       text        COLLATE "C" NOT NULL,
  kind           text        NOT NULL CHECK (kind IN ('paid', 'refunded', 'charged_back')),
  amount         bigint      NOT NULL,
  currency       text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);
CREATE INDEX student_history_newest ON student_history (student_id, recorded_at, event_id);
-- A payment is captured once; the lines that follow are those of its student.
CREATE UNIQUE INDEX student_history_paid ON student_history (payment_id) WHERE kind = 'paid';

-- Every refund and how far it is; the queue is what waits for a person, and what the provider has given up on.
CREATE TABLE refund_queue (
  payment_id     text        COLLATE "C" NOT NULL,
  refund_id      text        COLLATE "C" NOT NULL,
  stream_version int         NOT NULL,
  amount         bigint      NOT NULL,
  currency       text        NOT NULL,
  reason         text        NOT NULL,
  source         text        NOT NULL,
  requested_by   text        NOT NULL,
  status         text        NOT NULL,
  failure        text,
  waits          boolean     NOT NULL,
  requested_at   timestamptz NOT NULL,
  changed_at     timestamptz NOT NULL,
  PRIMARY KEY (payment_id, refund_id)
);
CREATE INDEX refund_queue_waiting ON refund_queue (changed_at, payment_id, refund_id) WHERE waits;
