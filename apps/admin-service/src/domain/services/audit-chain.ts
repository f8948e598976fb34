import type { Checkpoint } from '../entities/audit-checkpoint.entity.ts';
import { CHAIN_START, flawOf, type AuditEntry, type ChainEnd, type Digest } from '../entities/audit-entry.entity.ts';

export interface ChainFlaw {
  readonly seq: number;
  readonly reason: string;
}

/** Takes the entries of an audit one after the other, from the first, and holds them against each other and against what was signed. */
export class AuditChain {
  #end = CHAIN_START;
  readonly #signed: ReadonlyMap<number, readonly Checkpoint[]>;

  constructor(
    checkpoints: readonly Checkpoint[],
    private readonly digest: Digest,
  ) {
    this.#signed = Map.groupBy(checkpoints, ({ seq }) => seq);
  }

  /** Why the entry cannot be the next one; undefined: it is, and was taken. */
  take(entry: AuditEntry): ChainFlaw | undefined {
    const reason = flawOf(entry, this.#end, this.digest) ?? this.#contradiction(entry);
    if (reason !== undefined) return { seq: Math.min(entry.seq, this.#end.seq + 1), reason };
    this.#end = entry;
    return undefined;
  }

  /** The last entry that was taken. */
  get end(): ChainEnd {
    return this.#end;
  }

  /** The newest entry that was signed, whether or not it was taken; 0: none. */
  get signedUpTo(): number {
    return Math.max(0, ...this.#signed.keys());
  }

  #contradiction({ seq, hash }: AuditEntry): string | undefined {
    const signed = this.#signed.get(seq) ?? [];
    return signed.every(({ rootHash }) => rootHash === hash) ? undefined : 'the chain is not the one that was signed here';
  }
}
