import { DomainError } from '../../domain/domain.error.ts';
import type { StreamName } from '../../application/event-store.ts';
import type { ChainedEvent } from '../domain-events/event-recorder.ts';

/** Where events go when they leave the store. */
export abstract class StreamArchive {
  /**
   * Keeps all events durably and answers where they can be read. Is called again after a crash, with the same events, and then must answer the
   * same or replace what it had kept.
   */
  abstract store(stream: StreamName, events: AsyncIterable<ChainedEvent>): Promise<string>;
}

/** Only a stream that takes no more events can be archived. */
export class StreamNotSealed extends DomainError {
  readonly code = 'STREAM_NOT_SEALED';

  constructor(readonly stream: string) {
    super(`${stream} still takes events; seal it before it is archived`);
  }
}

/** The feed has not copied all of its events yet: archived now, they would be missing there for ever. */
export class StreamNotCopied extends DomainError {
  readonly code = 'STREAM_NOT_COPIED';

  constructor(
    readonly stream: string,
    readonly version: number,
  ) {
    super(`the feed has not copied version ${version} of ${stream} yet; archive it when it has`);
  }
}
