import { AwsError } from '../aws-error.ts';

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

const RANGES: ReadonlyMap<string, readonly [from: number, to: number]> = new Map([
  ['VisibilityTimeout', [0, 43_200]],
  ['DelaySeconds', [0, 900]],
  ['MaximumMessageSize', [1_024, 1_048_576]],
  ['MessageRetentionPeriod', [60, 1_209_600]],
  ['ReceiveMessageWaitTimeSeconds', [0, 20]],
]);
const FLAGS = new Set(['FifoQueue', 'ContentBasedDeduplication']);
const DOCUMENTS = new Set(['RedrivePolicy', 'RedriveAllowPolicy', 'Policy']);

/** The attributes of a queue under their AWS names, checked. An empty RedrivePolicy or Policy removes it. */
export class QueueSettings {
  private constructor(private readonly values: ReadonlyMap<string, string>) {}

  static create(name: string, attributes: ReadonlyMap<string, string>, messageBytesLimit: number): QueueSettings {
    const defaults = new Map([
      ['VisibilityTimeout', '30'],
      ['DelaySeconds', '0'],
      ['MaximumMessageSize', String(messageBytesLimit)],
      ['MessageRetentionPeriod', '345600'],
      ['ReceiveMessageWaitTimeSeconds', '0'],
    ]);
    const fifo = attributes.get('FifoQueue') === 'true';
    if (fifo !== name.endsWith('.fifo')) {
      throw new AwsError('InvalidParameterValue', 'The name of a FIFO queue, and of no other, ends with .fifo');
    }
    const settings = new QueueSettings(defaults).with(attributes);
    return fifo ? new QueueSettings(new Map([...settings.values, ['FifoQueue', 'true']])) : settings;
  }

  static restore(values: Record<string, string>): QueueSettings {
    return new QueueSettings(new Map(Object.entries(values)));
  }

  /** Throws InvalidAttributeName or InvalidAttributeValue for the first one AWS would refuse. */
  with(changes: ReadonlyMap<string, string>): QueueSettings {
    const values = new Map(this.values);
    for (const [name, value] of changes) {
      checkAttribute(name, value);
      if (name === 'FifoQueue') continue;
      if (value === '') values.delete(name);
      else values.set(name, value);
    }
    return new QueueSettings(values);
  }

  number(name: string): number {
    return Number(this.values.get(name) ?? 0);
  }

  get fifo(): boolean {
    return this.values.get('FifoQueue') === 'true';
  }

  get contentBasedDeduplication(): boolean {
    return this.values.get('ContentBasedDeduplication') === 'true';
  }

  get redrive(): RedrivePolicy | undefined {
    const policy = this.values.get('RedrivePolicy');
    return policy === undefined ? undefined : parseRedrivePolicy(policy);
  }

  /** Whether creating the queue again with these attributes asks for the queue that is there. */
  agreesWith(attributes: ReadonlyMap<string, string>): boolean {
    return [...attributes].every(([name, value]) => this.values.get(name) === value);
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries(this.values);
  }
}

function checkAttribute(name: string, value: string): void {
  const invalid = new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  const range = RANGES.get(name);
  if (range) {
    const number = Number(value);
    if (value === '' || !Number.isInteger(number) || number < range[0] || number > range[1]) throw invalid;
  } else if (FLAGS.has(name)) {
    if (value !== 'true' && value !== 'false') throw invalid;
  } else if (!DOCUMENTS.has(name)) {
    throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  } else if (name === 'RedrivePolicy' && value !== '') {
    parseRedrivePolicy(value);
  }
}

function parseRedrivePolicy(value: string): RedrivePolicy {
  let policy: unknown;
  try {
    policy = JSON.parse(value);
  } catch {
    policy = undefined;
  }
  if (typeof policy === 'object' && policy !== null && 'deadLetterTargetArn' in policy && 'maxReceiveCount' in policy) {
    const { deadLetterTargetArn } = policy;
    const maxReceiveCount = Number(policy.maxReceiveCount);
    if (
      typeof deadLetterTargetArn === 'string' &&
      Number.isInteger(maxReceiveCount) &&
      maxReceiveCount >= 1 &&
      maxReceiveCount <= 1_000
    ) {
      return { deadLetterTargetArn, maxReceiveCount };
    }
  }
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount or deadLetterTargetArn.`,
  );
}
