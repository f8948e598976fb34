import type { Finding } from './check.ts';
import { correlatedBetween } from './correlated-between.ts';
import { deliveredBetween, type DeliveryOptions } from './delivered-between.ts';
import { Snapshot } from './snapshot.ts';
import type { Invariant, Verdict } from './verdict.ts';

export interface VerifyBetweenOptions extends DeliveryOptions {
  readonly producer: { readonly service: string; readonly url: string };
  readonly consumer: { readonly service: string; readonly url: string };
  /**
   * How many messages wait for the consumer: visible, hidden, delayed or dead-lettered. As many events may be missing in its database.
   * Asked after the producer was looked at and before the consumer is; undefined: nobody knows.
   */
  readonly waiting: () => Promise<number | undefined>;
  /** Default: all that can be judged between services. */
  readonly only?: readonly Invariant[] | undefined;
}

/**
 * Judges what lies between two services: every event that the producer has published and a rule delivers was handled, is held or is parked
 * in the consumer, for each of its reactions (I2), and an effect has the correlation of its cause (I11). Reads only. Throws NotVerifiable.
 */
export async function verifyBetween(options: VerifyBetweenOptions): Promise<Verdict> {
  const { producer, consumer, only } = options;
  return Snapshot.of(producer.url, async (sent) => {
    const waiting = await options.waiting();
    return Snapshot.of(consumer.url, async (received) => {
      const service = `${producer.service} -> ${consumer.service}`;
      const looks: [Invariant, () => Promise<Finding>][] = [
        ['I2', () => deliveredBetween(sent, received, waiting, options)],
        ['I11', () => correlatedBetween(sent, received)],
      ];
      const chosen = looks.filter(([invariant]) => only?.includes(invariant) !== false);
      const found: (Finding & { invariant: Invariant })[] = [];
      for (const [invariant, look] of chosen) {
        options.progress?.(`${service} ${invariant}`);
        found.push({ invariant, ...(await look()) });
      }
      return {
        service,
        at: { head: sent.head, takenAt: sent.takenAt },
        checked: found.map(({ invariant, looked, total }) => ({ invariant, looked, violations: total })),
        notChecked: found.flatMap(({ invariant, notJudged }) =>
          notJudged === undefined ? [] : [{ invariant, reason: notJudged }],
        ),
        undecided: found.flatMap(({ invariant, undecided }) =>
          undecided === undefined ? [] : [{ invariant, reason: undecided }],
        ),
        violations: found.flatMap(({ invariant, broken }) => broken.map((one) => ({ invariant, ...one }))),
      };
    });
  });
}
