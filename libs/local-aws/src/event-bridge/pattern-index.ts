import type { EventFields } from './event-fields.ts';
import type { EventPattern } from './event-pattern.ts';

/** Finds the entries whose pattern matches; those that name their sources cost nothing for events of other sources. */
export class PatternIndex<Entry extends { readonly pattern: EventPattern }> {
  private readonly bySource = new Map<string, Entry[]>();
  private readonly ofAnySource: Entry[] = [];

  constructor(entries: Iterable<Entry>) {
    for (const entry of entries) {
      if (!entry.pattern.sources) this.ofAnySource.push(entry);
      for (const source of entry.pattern.sources ?? []) {
        const sameSource = this.bySource.get(source);
        if (sameSource) sameSource.push(entry);
        else this.bySource.set(source, [entry]);
      }
    }
  }

  matching(event: EventFields): Entry[] {
    const source = event.at('source')[0]?.value;
    const detailType = event.at('detail-type')[0]?.value;
    const ofSource = typeof source === 'string' ? (this.bySource.get(source) ?? []) : [];
    return [...ofSource, ...this.ofAnySource].filter(
      ({ pattern }) =>
        (!pattern.detailTypes || (typeof detailType === 'string' && pattern.detailTypes.has(detailType))) &&
        pattern.matches(event),
    );
  }
}
