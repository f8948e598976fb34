import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueSpec } from './catalogue-files.ts';
import type { ChangeLog, Outcome } from './change-log.ts';
import { sameJson } from './same-json.ts';

export interface AppliedQueue {
  url: string;
  arn: string;
}

/** Resolves with all queues by name, dead letter queues included. Dead letters are kept for the longest time SQS offers. */
export async function applyQueues(
  sqs: SQSClient,
  queues: readonly QueueSpec[],
  log: ChangeLog,
): Promise<Map<string, AppliedQueue>> {
  const applied = new Map<string, AppliedQueue>();
  const apply = (name: string, attributes: Record<string, string>) =>
    log.step(`queue ${name}`, async () => {
      const { outcome, url } = await createOrUpdate(sqs, name, attributes);
      applied.set(name, { url, arn: await arnOf(sqs, url) });
      return outcome;
    });
  for (const name of new Set(queues.map(({ dlq }) => dlq))) await apply(name, { MessageRetentionPeriod: '1209600' });
  for (const { name, dlq, maxReceiveCount, visibilityTimeout } of queues) {
    const deadLetterTargetArn = applied.get(dlq)?.arn;
    await apply(name, {
      VisibilityTimeout: String(visibilityTimeout),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
    });
  }
  return applied;
}

async function createOrUpdate(
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<{ outcome: Outcome; url: string }> {
  const url = await urlOf(sqs, name);
  if (url === undefined) {
    const created = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return { outcome: 'created', url: created.QueueUrl ?? '' };
  }
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  const current = new Map(Object.entries(Attributes));
  const differs = Object.entries(attributes).some(([key, value]) => !sameAttribute(current.get(key), value));
  if (differs) await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  return { outcome: differs ? 'updated' : 'unchanged', url };
}

/** A policy comes back with its keys in another order, or numbers as text. */
function sameAttribute(current: string | undefined, wanted: string): boolean {
  if (current === undefined || !wanted.startsWith('{')) return current === wanted;
  const asText = (_key: string, value: unknown) => (typeof value === 'number' ? String(value) : value);
  return sameJson(JSON.parse(current, asText), JSON.parse(wanted, asText));
}

async function urlOf(sqs: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function arnOf(sqs: SQSClient, url: string): Promise<string> {
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  const arn = Attributes?.['QueueArn'];
  if (arn === undefined) throw new Error(`SQS gave no QueueArn for ${url}`);
  return arn;
}
