-- `registrations` is 1 for every user: more would be an effect that was applied twice.
CREATE TABLE user_analytics (
  user_id       uuid        PRIMARY KEY,
  role          text        NOT NULL,
  registered_at timestamptz NOT NULL,
  registrations int         NOT NULL
);

-- Lessons of a tutor to which the tutor or the student did not come.
CREATE TABLE no_shows (
  tutor_id uuid NOT NULL,
  who      text NOT NULL CHECK (who IN ('tutor', 'student')),
  count    int  NOT NULL,
  PRIMARY KEY (tutor_id, who)
);
