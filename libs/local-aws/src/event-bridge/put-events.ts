import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { Clock } from '../ports.ts';
import type { FaultSource } from './faults.ts';
import { isObject, parseJson } from './json.ts';
import type { IncomingEvent, Publisher } from './publisher.ts';
import type { Registry } from './registry.ts';
import type { Request } from './request.ts';

/** Says why a source may not publish a detail type, or nothing when it may. */
export type Ownership = (source: string, detailType: string, accessKeyId: string | undefined) => string | undefined;

type Outcome = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

const TIME_BYTES = 14;

export class PutEvents {
  constructor(
    private readonly parts: {
      registry: Registry;
      publisher: Publisher;
      clock: Clock;
      faults: FaultSource;
      ownership: Ownership | undefined;
      requestBytesLimit: number;
    },
  ) {}

  /** Answers per entry, in order; every accepted entry is durable before it resolves. */
  async run(request: Request, accessKeyId: string | undefined): Promise<object> {
    if (request.optionalText('EndpointId') !== undefined) {
      throw new AwsError('ValidationException', 'EndpointId is not supported here: there is one region and no global endpoint.');
    }
    const entries = request.list('Entries', 1, 10);
    const size = entries.reduce((sum, entry) => sum + entrySize(entry), 0);
    if (size > this.parts.requestBytesLimit) {
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const throttled = entries.map(() => this.parts.faults.happens('throttle'));
    if (throttled.every(Boolean)) throw new AwsError('ThrottlingException', 'Rate exceeded');

    const events: IncomingEvent[] = [];
    const outcomes = entries.map((entry, index): Outcome => {
      if (throttled[index]) return { ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' };
      const event = this.accept(entry, accessKeyId);
      if ('ErrorCode' in event) return event;
      if (this.parts.faults.happens('partialPutFailure'))
        return { ErrorCode: 'InternalFailure', ErrorMessage: 'Internal failure' };
      events.push(event);
      return { EventId: event.id };
    });
    if (events.length > 0) await this.parts.publisher.publish(events);
    if (this.parts.faults.happens('resetAfterAccept'))
      throw new AwsError('RESET', 'The connection is reset after accepting', 500);
    return { FailedEntryCount: entries.length - events.length, Entries: outcomes };
  }

  private accept(entry: Request, accessKeyId: string | undefined): IncomingEvent | { ErrorCode: string; ErrorMessage: string } {
    const source = entry.optionalText('Source') ?? '';
    const detailType = entry.optionalText('DetailType') ?? '';
    const detail = entry.optionalText('Detail') ?? '';
    for (const [name, value] of Object.entries({ Source: source, DetailType: detailType, Detail: detail })) {
      if (value === '') return invalidArgument(`Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
    }
    if (source.startsWith('aws.')) {
      return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
    }
    const busName = entry.optionalText('EventBusName') ?? 'default';
    const bus = this.parts.registry.findBus(this.parts.registry.arns.nameOf('event-bus', busName) ?? busName);
    // AWS answers success here and loses the event; a local run had better say so.
    if (!bus) return invalidArgument(`Event bus ${busName} does not exist.`);
    const refusal = this.parts.ownership?.(source, detailType, accessKeyId);
    if (refusal !== undefined) return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: refusal };
    const parsedDetail = parseJson(detail);
    if (!isObject(parsedDetail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };

    const occurredAt = entry.optionalTime('Time') ?? this.parts.clock.now();
    const head = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: this.parts.registry.arns.account,
      time: `${occurredAt.toISOString().slice(0, 19)}Z`,
      region: this.parts.registry.arns.region,
      resources: entry.texts('Resources'),
    };
    // The detail goes out as it came in: numbers beyond a double's precision must survive.
    const text = `${JSON.stringify(head).slice(0, -1)},"detail":${detail}}`;
    return { bus: bus.name, id: head.id, text, value: { ...head, detail: parsedDetail }, occurredAt: occurredAt.getTime() };
  }
}

/** In bytes, as the quota counts them. */
function entrySize(entry: Request): number {
  const texts = [
    entry.optionalText('Source') ?? '',
    entry.optionalText('DetailType') ?? '',
    entry.optionalText('Detail') ?? '',
    ...entry.texts('Resources'),
  ];
  const time = entry.optionalTime('Time') ? TIME_BYTES : 0;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), time);
}

function invalidArgument(message: string) {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: message };
}
