import { CatalogueNotApplied } from './catalogue-not-applied.error.ts';

/** Each line is "<kind> <name>"; what was already right is in none of them. */
export interface Changes {
  created: string[];
  updated: string[];
  removed: string[];
}

export type Outcome = keyof Changes | 'unchanged';

export class ChangeLog {
  readonly changes: Changes = { created: [], updated: [], removed: [] };

  /** Throws CatalogueNotApplied, which names the subject, for whatever the step throws. */
  async step(subject: string, run: () => Promise<Outcome>): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await run();
    } catch (error) {
      throw new CatalogueNotApplied(subject, error);
    }
    if (outcome !== 'unchanged') this.changes[outcome].push(subject);
  }
}
