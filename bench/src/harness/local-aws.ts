import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';

const CREDENTIALS = { accessKeyId: 'bench', secretAccessKey: 'bench' };

/** How an SDK client reaches the local endpoint. */
export function localSettings(endpoint: string): { endpoint: string; region: string; credentials: typeof CREDENTIALS } {
  return { endpoint, region: 'us-east-1', credentials: CREDENTIALS };
}

/** The local endpoint in another process, in memory, for as long as `work` runs. */
export async function withLocalAws(work: (endpoint: string) => Promise<void>): Promise<void> {
  const child = fork(join(import.meta.dirname, 'local-aws.child.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [endpoint] = await once(child, 'message', { signal: AbortSignal.timeout(20_000) });
    await work(String(endpoint));
  } finally {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    if (child.connected) child.disconnect();
    await ended;
  }
}

/** A local SQS in another process, for as long as `work` runs. */
export async function withLocalSqs(work: (sqs: SQSClient, endpoint: string) => Promise<void>): Promise<void> {
  await withLocalAws(async (endpoint) => {
    const sqs = new SQSClient({ ...localSettings(endpoint), useQueueUrlAsEndpoint: false });
    try {
      await work(sqs, endpoint);
    } finally {
      sqs.destroy();
    }
  });
}
