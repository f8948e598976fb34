import { AwsError } from '../aws-error.ts';
import type { Clock } from '../ports.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import type { Journal, Write } from './journal.ts';
import { isObject, parseJson } from './json.ts';
import type { IncomingEvent, Publisher } from './publisher.ts';
import type { Registry } from './registry.ts';
import type { ReplayState } from './state.ts';

const PAGE_SIZE = 100;
/** AWS takes minutes to start; this much lets a caller still cancel. */
const START_AFTER_MS = 200;
const PAUSE_BETWEEN_PAGES_MS = 5;

/** Runs replays page by page; a page and the place to continue from become durable together, so a restart repeats none. */
export class Replays {
  private readonly states = new Map<string, ReplayState>();
  private readonly timers = new Map<string, () => void>();
  private stopped = false;

  constructor(
    private readonly parts: {
      registry: Registry;
      journal: Journal;
      clock: Clock;
      publisher: Publisher;
      storage: ArchiveStorage;
    },
  ) {}

  /** Continues what an earlier process left unfinished. */
  async load(): Promise<void> {
    for await (const [, value] of this.parts.journal.list('replay/')) {
      const replay: ReplayState = JSON.parse(value);
      this.states.set(replay.name, replay);
      if (isRunning(replay)) this.runAfter(PAUSE_BETWEEN_PAGES_MS, replay.name);
    }
  }

  list(): ReplayState[] {
    return [...this.states.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws ResourceNotFoundException. */
  get(name: string): ReplayState {
    const replay = this.states.get(name);
    if (!replay) throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  }

  async start(replay: ReplayState): Promise<void> {
    if (this.states.has(replay.name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${replay.name} already exists.`);
    }
    await this.parts.journal.append([this.remember(replay)]);
    this.runAfter(START_AFTER_MS, replay.name);
  }

  /** Events already handed to the bus are still delivered. Throws IllegalStatusException for a replay that has ended. */
  async cancel(name: string): Promise<void> {
    const replay = this.get(name);
    if (!isRunning(replay)) {
      throw new AwsError('IllegalStatusException', `Replay ${name} is not in a valid state for this operation.`);
    }
    await this.parts.journal.append([this.remember({ ...replay, state: 'CANCELLED', endedAt: this.now() })]);
  }

  stop(): void {
    this.stopped = true;
    for (const cancel of this.timers.values()) cancel();
  }

  private runAfter(ms: number, name: string): void {
    const run = () => {
      this.runPage(name).catch((error: unknown) => this.fail(name, error));
    };
    this.timers.set(name, this.parts.clock.setTimer(ms, run));
  }

  private async runPage(name: string): Promise<void> {
    const { registry, storage, publisher } = this.parts;
    const { archive, from, to, cursor } = this.get(name);
    const { events, next } = await storage.page(registry.archive(archive).state, from, to, cursor, PAGE_SIZE);
    const replay = this.get(name);
    if (!isRunning(replay) || this.stopped) return;
    const lastReplayedAt = events.at(-1)?.occurredAt ?? replay.lastReplayedAt;
    const after: ReplayState = {
      ...replay,
      ...(lastReplayedAt !== undefined && { lastReplayedAt }),
      ...(next === undefined ? { state: 'COMPLETED', endedAt: this.now() } : { state: 'RUNNING', cursor: next }),
    };
    const replayed = events.flatMap((event): IncomingEvent[] => {
      const text = `${event.text.slice(0, -1)},"replay-name":${JSON.stringify(name)}}`;
      const value = parseJson(text);
      return isObject(value) ? [{ ...event, bus: replay.bus, text, value }] : [];
    });
    await publisher.publish(replayed, { onlyRules: replay.ruleArns, alsoWrite: [this.write(after)] });
    // A cancellation that came while the page was written stands.
    if (!isRunning(this.get(name))) return;
    this.states.set(name, after);
    if (next !== undefined && !this.stopped) this.runAfter(PAUSE_BETWEEN_PAGES_MS, name);
  }

  private fail(name: string, error: unknown): void {
    const replay = this.get(name);
    if (!isRunning(replay)) return;
    const stateReason = error instanceof Error ? error.message : String(error);
    this.parts.journal.note([this.remember({ ...replay, state: 'FAILED', stateReason, endedAt: this.now() })]);
  }

  private remember(replay: ReplayState): Write {
    this.states.set(replay.name, replay);
    return this.write(replay);
  }

  private write(replay: ReplayState): Write {
    return { put: `replay/${replay.name}`, value: JSON.stringify(replay) };
  }

  private now(): number {
    return this.parts.clock.now().getTime();
  }
}

function isRunning({ state }: ReplayState): boolean {
  return state === 'STARTING' || state === 'RUNNING';
}
