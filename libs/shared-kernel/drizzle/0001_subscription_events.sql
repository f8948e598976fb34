-- What each subscription takes, so that `verify` can tell a missing event from one that was never meant for it. `feed`: events of this
-- service after `since_position`; `bus`: events of others since `since`.
CREATE TABLE subscription_events (
  subscription   text        NOT NULL,
  event_name     text        NOT NULL,
  road           text        NOT NULL CHECK (road IN ('feed', 'bus')),
  since_position bigint      CHECK ((since_position IS NOT NULL) = (road = 'feed')),
  since          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription, event_name)
);
