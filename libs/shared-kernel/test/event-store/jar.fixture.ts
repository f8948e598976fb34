import { randomUUID } from 'node:crypto';
import { DomainError } from '../../src/domain/domain.error.ts';
import { EventSourcedAggregate, type HistoricalEvent } from '../../src/domain/event-sourced.aggregate.ts';
import type { When } from '../../src/domain/aggregate-root.ts';
import type { StreamPosition } from '../../src/domain/stream-position.ts';
import { JarFilled, JarOpened } from '../../src/infrastructure/event-store/event-store.contract.ts';

export interface JarState {
  readonly ownerId: string;
  readonly colour: string;
  readonly notes: readonly string[];
}

export class JarFull extends DomainError {
  readonly code = 'JAR_FULL';
}

/** Holds some notes. Its owner is its id. */
export class Jar extends EventSourcedAggregate<typeof JarOpened | typeof JarFilled, JarState> {
  static override readonly AGGREGATE_TYPE = 'Jar';
  protected override readonly beginsWith = 'jar.opened';
  protected override state: JarState = { ownerId: '', colour: '', notes: [] };
  protected override readonly when: When<typeof JarOpened | typeof JarFilled> = {
    'jar.opened': ({ ownerId, colour }) => {
      this.state = { ownerId, colour, notes: [] };
    },
    'jar.filled': ({ note }) => {
      this.state = { ...this.state, notes: [...this.state.notes, note] };
    },
  };

  static open(id: string = randomUUID(), colour = 'red'): Jar {
    const jar = new Jar();
    jar.record(new JarOpened({ ownerId: id, colour }));
    return jar;
  }

  static fromHistory(events: Iterable<HistoricalEvent>): Jar {
    return new Jar().replay(events);
  }

  static fromSnapshot(state: JarState, position: StreamPosition, tail: Iterable<HistoricalEvent>): Jar {
    return new Jar().restore(state, position).replay(tail);
  }

  get id(): string {
    return this.state.ownerId;
  }

  get notes(): readonly string[] {
    return this.state.notes;
  }

  fill(note: string): void {
    this.record(new JarFilled({ ownerId: this.id, note }));
  }

  /** Once for each note. */
  fillOnce(note: string): void {
    if (!this.notes.includes(note)) this.fill(note);
  }

  fillUpTo(most: number, note: string): void {
    if (this.notes.length >= most) throw new JarFull(`there are ${most} notes`);
    this.fill(note);
  }
}
