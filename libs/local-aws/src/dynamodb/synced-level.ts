import { ClassicLevel } from 'classic-level';
import { GroupCommit } from '../group-commit.ts';

type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };

/** An index entry waits this long for the item it belongs to before it is written alone. */
const INDEX_WAIT_MS = 5;

/**
 * LevelDB as dynalite uses it, with writes that are synced before they resolve; concurrent ones share a sync. dynalite writes
 * index entries just before their item: here they join the item's batch, so a crash does not leave one without the other.
 */
export class SyncedLevel extends ClassicLevel<string, unknown> {
  static readonly opened = new Map<string, SyncedLevel>();

  private readonly commits = new GroupCommit<Operation>((operations) => super.batch(operations, { sync: true }));

  constructor(location: string, options: { valueEncoding: 'json' }) {
    super(location, options);
    SyncedLevel.opened.set(location, this);
  }

  override put(key: unknown, value: unknown): Promise<void> {
    return this.write({ type: 'put', key: String(key), value });
  }

  override del(key: unknown): Promise<void> {
    return this.write({ type: 'del', key: String(key) });
  }

  /** Synchronous inside: cached data is there sooner than a trip through the thread pool, where syncs queue, would take. */
  override async get(key: unknown): Promise<unknown> {
    return super.getSync(String(key));
  }

  async shutDown(): Promise<void> {
    SyncedLevel.opened.delete(this.location);
    await this.commits.settled();
    await super.close();
  }

  private async write(operation: Operation): Promise<void> {
    if (!operation.key.startsWith('index-')) return this.commits.submit([operation]);
    this.commits.join([operation]);
    // if this fails, so does the write of the item, which has somebody to tell
    setTimeout(() => {
      this.commits.settled().catch(() => undefined);
    }, INDEX_WAIT_MS);
  }
}
