import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  ResourceNotFoundException,
  UpdateArchiveCommand,
  type EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import type { EventsFile } from './catalogue-files.ts';
import type { ChangeLog } from './change-log.ts';

/** Resolves with the ARN of the bus. */
export async function applyBus(events: EventBridgeClient, file: EventsFile, log: ChangeLog): Promise<string> {
  let busArn = '';
  await log.step(`bus ${file.bus}`, async () => {
    const existing = await unlessMissing(events.send(new DescribeEventBusCommand({ Name: file.bus })));
    const arn = existing ? existing.Arn : (await events.send(new CreateEventBusCommand({ Name: file.bus }))).EventBusArn;
    if (arn === undefined) throw new Error('EventBridge gave no ARN');
    busArn = arn;
    return existing ? 'unchanged' : 'created';
  });
  return busArn;
}

/** Archives every event of the bus. */
export async function applyArchive(events: EventBridgeClient, file: EventsFile, busArn: string, log: ChangeLog): Promise<void> {
  const { archive } = file;
  if (!archive) return;
  await log.step(`archive ${archive.name}`, async () => {
    const settings = { ArchiveName: archive.name, RetentionDays: archive.retentionDays };
    const existing = await unlessMissing(events.send(new DescribeArchiveCommand({ ArchiveName: archive.name })));
    if (!existing) {
      await events.send(new CreateArchiveCommand({ ...settings, EventSourceArn: busArn }));
      return 'created';
    }
    if (existing.EventSourceArn !== busArn) {
      throw new Error(`it belongs to ${existing.EventSourceArn}; an archive cannot move to ${busArn}, give it another name`);
    }
    if (existing.RetentionDays === archive.retentionDays) return 'unchanged';
    await events.send(new UpdateArchiveCommand(settings));
    return 'updated';
  });
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
