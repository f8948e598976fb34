import type { Check } from './check.ts';

const NOTHING_AHEAD = `NOT EXISTS (SELECT 1 FROM saga_timers timer WHERE timer.saga = saga.saga AND timer.key = saga.key)
  AND NOT EXISTS (SELECT 1 FROM saga_commands command
                  WHERE command.saga = saga.saga AND command.key = saga.key AND command.status IN ('pending', 'parked'))`;

/**
 * I7: a saga that compensates has a compensation that waits or is parked. A running one with neither timer nor command awaits a message or
 * was forgotten: only its definition can tell.
 */
export const sagaGoesOn: Check = async (snapshot) => {
  const looked = await snapshot.count('FROM sagas');
  const found = await snapshot.broken(
    `SELECT saga || '/' || key AS place, 'a compensation that waits or is parked, or the end' AS expected, 'compensating, with nothing left to do' AS found
     FROM sagas saga WHERE status = 'compensating' AND NOT EXISTS (
       SELECT 1 FROM saga_commands command WHERE command.saga = saga.saga AND command.key = saga.key
         AND command.compensates IS NOT NULL AND command.status IN ('pending', 'parked'))
     ORDER BY saga, key`,
  );
  const awaiting = await snapshot.rows<{ saga: string; count: string; example: string }>(
    `SELECT saga, count(*) AS count, min(key) AS example FROM sagas saga WHERE status = 'running' AND ${NOTHING_AHEAD} GROUP BY saga ORDER BY saga`,
  );
  return {
    looked,
    ...found,
    notJudged:
      awaiting.length === 0
        ? undefined
        : `${awaiting.map(({ saga, count, example }) => `${count} of ${saga} (such as ${example})`).join(', ')}: no timer and no command, so it awaits a message`,
  };
};
