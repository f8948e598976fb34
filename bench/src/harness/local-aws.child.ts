import { startLocalAws } from '@edtech/local-aws';

// A process of its own: its work must not count as the client's.
const aws = await startLocalAws({ port: 0 });
process.once('disconnect', () => void aws.close());
process.send?.(aws.url);
