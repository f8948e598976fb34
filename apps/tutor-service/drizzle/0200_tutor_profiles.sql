-- Current state of each profile; its history is in domain_events. The id is the user's.
CREATE TABLE tutor_profiles (
  id                    text        PRIMARY KEY,
  display_name          text        NOT NULL,
  headline              text        NOT NULL,
  bio                   text        NOT NULL,
  subjects              jsonb       NOT NULL,
  languages             jsonb       NOT NULL,
  experience_level      text        NOT NULL,
  years_of_experience   int,
  education             jsonb       NOT NULL,
  hourly_rate           int         CHECK (hourly_rate > 0),
  currency              text        NOT NULL,
  timezone              text,
  availability          jsonb       NOT NULL,
  documents             jsonb       NOT NULL,
  verification          text        NOT NULL CHECK (verification IN ('draft', 'submitted', 'in_review', 'verified', 'rejected', 'info_requested')),
  suspension            jsonb       CHECK (suspension IS NULL OR verification = 'verified'),
  feedback              jsonb,
  attempt               int         NOT NULL,
  listed                boolean     NOT NULL,
  dashboard_initialized boolean     NOT NULL,
  onboarding_completed  boolean     NOT NULL,
  stream_version        int         NOT NULL,
  stream_hash           text        NOT NULL,
  recorded_at           timestamptz NOT NULL
) WITH (fillfactor = 80);

-- Users whose data was erased here: each is confirmed once.
CREATE TABLE tutor_erasures (
  id             text        PRIMARY KEY,
  stream_version int         NOT NULL,
  stream_hash    text        NOT NULL,
  recorded_at    timestamptz NOT NULL
);
