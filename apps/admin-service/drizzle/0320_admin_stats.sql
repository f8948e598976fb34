-- Sums of one day in UTC. Adding is the only change, so the order of events does not matter; the inbox makes each count once.
CREATE TABLE admin_stats (
  day      date   NOT NULL,
  metric   text   NOT NULL,
  currency text   NOT NULL,
  total    bigint NOT NULL,
  PRIMARY KEY (day, metric, currency)
);

-- How long decisions take. Opened and decided may be heard of in either order.
CREATE TABLE decision_times (
  kind       text        NOT NULL CHECK (kind IN ('approval', 'verification')),
  id         uuid        NOT NULL,
  opened_at  timestamptz,
  decided_at timestamptz,
  PRIMARY KEY (kind, id)
);
CREATE INDEX decision_times_by_day ON decision_times (kind, decided_at);
