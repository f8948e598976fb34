import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';

/** A local SQS in another process, for as long as `work` runs. */
export async function withLocalSqs(work: (sqs: SQSClient, endpoint: string) => Promise<void>): Promise<void> {
  const child = fork(join(import.meta.dirname, 'local-aws.child.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [endpoint] = await once(child, 'message', { signal: AbortSignal.timeout(20_000) });
    const sqs = new SQSClient({
      endpoint: String(endpoint),
      region: 'us-east-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
      useQueueUrlAsEndpoint: false,
    });
    try {
      await work(sqs, String(endpoint));
    } finally {
      sqs.destroy();
    }
  } finally {
    const ended = child.exitCode === null ? once(child, 'exit') : undefined;
    if (child.connected) child.disconnect();
    await ended;
  }
}
