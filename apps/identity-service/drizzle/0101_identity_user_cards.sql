-- What the other services say of a user. Each group has the version of the stream that told it: a group is only ever replaced by a newer one.
CREATE TABLE user_cards (
  user_id          uuid    PRIMARY KEY,
  person_version   int     NOT NULL DEFAULT 0,
  email            text,
  is_minor         boolean,
  locale           text,
  role_version     int     NOT NULL DEFAULT 0,
  role             text,
  standing_version int     NOT NULL DEFAULT 0,
  suspended        boolean NOT NULL DEFAULT false,
  duties_version   int     NOT NULL DEFAULT 0,
  duties           text[]  NOT NULL DEFAULT '{}',
  tutor_version    int     NOT NULL DEFAULT 0,
  tutor_verified   boolean NOT NULL DEFAULT false,
  erased           boolean NOT NULL DEFAULT false
) WITH (fillfactor = 85);
