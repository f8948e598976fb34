-- Read models that are built again beside the live tables. `checkpoint`: the tables in the making hold everything up to here.
CREATE TABLE projection_rebuilds (
  projection  text        PRIMARY KEY,
  state       text        NOT NULL CHECK (state IN ('requested', 'building', 'swapped', 'failed')),
  checkpoint  bigint      NOT NULL DEFAULT 0,
  target      bigint      NOT NULL DEFAULT 0,
  comparison  jsonb,
  error       text,
  started_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now()
);
-- `fold`: a read model, which keeps no inbox; its checkpoint tells what it has taken.
ALTER TABLE subscription_events DROP CONSTRAINT subscription_events_road_check, DROP CONSTRAINT subscription_events_check;
ALTER TABLE subscription_events ADD CHECK (road IN ('feed', 'fold', 'bus')), ADD CHECK ((since_position IS NOT NULL) = (road <> 'bus'));
