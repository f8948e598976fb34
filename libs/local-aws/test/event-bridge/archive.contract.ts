import {
  CancelReplayCommand,
  CreateArchiveCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ReplayState,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bodyOf, type ContractWorkshop, type Endpoint } from './contract-workshop.ts';

export function archiveContract(workshop: ContractWorkshop, endpoint: () => Endpoint): void {
  const events = () => endpoint().eventBridge;

  test('an archive replays its events into the bus, marked with the name of the replay', async () => {
    const { name: bus, arn } = await workshop.bus();
    const queue = await workshop.queue();
    await workshop.rule(bus, { source: ['s'] }, { Arn: queue.arn });
    const ArchiveName = workshop.name('archive');
    const EventPattern = JSON.stringify({ detail: { keep: [true] } });
    const { ArchiveArn } = await events().send(
      new CreateArchiveCommand({ ArchiveName, EventSourceArn: arn, EventPattern, RetentionDays: 1 }),
    );
    const [kept] = await workshop.put(bus, { Detail: '{"keep":true}' }, { Detail: '{"keep":false}' });
    await workshop.receive(queue, 2);
    expect(await events().send(new DescribeArchiveCommand({ ArchiveName }))).toMatchObject({
      ArchiveName,
      ArchiveArn,
      EventSourceArn: arn,
      RetentionDays: 1,
    });

    const ReplayName = workshop.name('replay');
    const replay = {
      ReplayName,
      EventSourceArn: ArchiveArn,
      EventStartTime: new Date(Date.now() - 600_000),
      EventEndTime: new Date(Date.now() + 60_000),
      Destination: { Arn: arn },
    };
    await events().send(new StartReplayCommand(replay));
    expect(bodyOf((await workshop.receive(queue, 1))[0])).toMatchObject({ id: kept, 'replay-name': ReplayName });
    await expect.poll(() => stateOf(ReplayName), { timeout: 20_000 }).toBe(ReplayState.COMPLETED);
    await expect(events().send(new CancelReplayCommand({ ReplayName }))).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
    await expect(events().send(new StartReplayCommand(replay))).rejects.toThrow(ResourceAlreadyExistsException);

    const cancelled = workshop.name('replay');
    await events().send(new StartReplayCommand({ ...replay, ReplayName: cancelled }));
    await events().send(new CancelReplayCommand({ ReplayName: cancelled }));
    await expect.poll(() => stateOf(cancelled), { timeout: 20_000 }).toBe(ReplayState.CANCELLED);
    await sleep(500);
    expect(await workshop.rest(queue)).toEqual([]);
    await events().send(new DeleteArchiveCommand({ ArchiveName }));
    await expect(events().send(new DescribeArchiveCommand({ ArchiveName }))).rejects.toThrow(ResourceNotFoundException);
  });

  async function stateOf(ReplayName: string) {
    return (await events().send(new DescribeReplayCommand({ ReplayName }))).State;
  }
}
