import { AwsError } from '../aws-error.ts';
import { GroupCommit } from '../group-commit.ts';
import type { DurableStore } from '../ports.ts';

export type Write = { put: string; value: string } | { del: string };

/** The only writer of the store. Calls made at the same time share one synced batch; the order of calls is kept. */
export class Journal {
  private readonly commits: GroupCommit<Write>;
  private failure: unknown;

  constructor(private readonly store: DurableStore) {
    this.commits = new GroupCommit((writes) => store.batch(writes));
  }

  /** Resolves when the writes are synced. */
  append(writes: readonly Write[]): Promise<void> {
    return writes.length === 0 ? Promise.resolve() : this.commits.submit(writes);
  }

  /** For writes whose loss only repeats work: not awaited, but a failure stops the bus from accepting more. */
  note(writes: readonly Write[]): void {
    this.append(writes).catch((error: unknown) => {
      this.failure ??= error;
    });
  }

  /** Throws when an earlier note could not be written, because deliveries would repeat without end. */
  assertWritable(): void {
    if (this.failure === undefined) return;
    const reason = this.failure instanceof Error ? this.failure.message : String(this.failure);
    throw new AwsError('InternalException', `The event store failed (${reason}); restart after making it writable`, 500);
  }

  get(key: string): Promise<string | undefined> {
    return this.store.get(key);
  }

  /** All entries whose key starts with `prefix`, in key order. */
  list(prefix: string, limit?: number): AsyncIterable<readonly [key: string, value: string]> {
    return this.store.range(prefix, endOf(prefix), limit);
  }

  range(from: string, to: string, limit?: number): AsyncIterable<readonly [key: string, value: string]> {
    return this.store.range(from, to, limit);
  }

  settled(): Promise<void> {
    return this.commits.settled();
  }
}

function endOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
