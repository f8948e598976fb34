-- What user-service said of its users, in whatever order it came: each group of columns has the stream version it was taken from, the
-- newest wins. -1: nothing known. `tutor_since` is the least, `deactivated_at` the greatest version seen.
CREATE TABLE user_cards (
  user_id         text    PRIMARY KEY,
  person_version  int     NOT NULL,
  email           text,
  first_name      text,
  last_name       text,
  role_version    int     NOT NULL,
  role            text,
  status_version  int     NOT NULL,
  status          text,
  suspended_until text,
  tutor_since     int,
  deactivated_at  int,
  unlisted_for    int,
  erased          boolean NOT NULL DEFAULT false,
  CHECK (NOT erased OR (email IS NULL AND first_name IS NULL AND last_name IS NULL))
) WITH (fillfactor = 80);
