import { AwsError } from '../aws-error.ts';
import type { Clock } from '../ports.ts';
import { type Operations, seconds } from './operation.ts';
import { page } from './page.ts';
import type { Registry } from './registry.ts';
import type { Replays } from './replays.ts';
import type { ReplayState } from './state.ts';

const REPLAY_NAME = /^[.\-_A-Za-z0-9]{1,64}$/;

export function replayOperations(parts: { registry: Registry; clock: Clock; replays: Replays }): Operations {
  const { registry, clock, replays } = parts;
  const view = (replay: ReplayState) => ({
    ReplayName: replay.name,
    EventSourceArn: registry.arns.archive(replay.archive),
    State: replay.state,
    ...(replay.stateReason !== undefined && { StateReason: replay.stateReason }),
    EventStartTime: seconds(replay.from),
    EventEndTime: seconds(replay.to),
    ...(replay.lastReplayedAt !== undefined && { EventLastReplayedTime: seconds(replay.lastReplayedAt) }),
    ReplayStartTime: seconds(replay.startedAt),
    ...(replay.endedAt !== undefined && { ReplayEndTime: seconds(replay.endedAt) }),
  });

  return {
    async StartReplay(request) {
      const name = request.text('ReplayName', REPLAY_NAME);
      const sourceArn = request.text('EventSourceArn');
      const archive = registry.archive(registry.arns.nameOf('archive', sourceArn) ?? sourceArn).state;
      const from = request.time('EventStartTime').getTime();
      const to = request.time('EventEndTime').getTime();
      if (from >= to) throw notValid('EventEndTime', 'EventStartTime must be before EventEndTime.');
      const destination = request.object('Destination');
      if (registry.arns.nameOf('event-bus', destination?.text('Arn') ?? '') !== archive.bus) {
        throw notValid('Destination.Arn', 'Cross event bus replay is not permitted.');
      }
      const ruleArns = destination?.texts('FilterArns') ?? [];
      const known = registry.listRules(archive.bus);
      const missing = ruleArns.find((arn) => !known.some((rule) => rule.arn === arn));
      if (missing !== undefined) throw notValid('Destination.FilterArns', `${missing} is no rule of event bus ${archive.bus}.`);
      const description = request.optionalText('Description');
      const startedAt = clock.now().getTime();
      await replays.start({
        name,
        archive: archive.name,
        bus: archive.bus,
        ...(description !== undefined && { description }),
        ruleArns,
        from,
        to,
        state: 'STARTING',
        startedAt,
        cursor: '',
      });
      return { ReplayArn: registry.arns.replay(name), State: 'STARTING', ReplayStartTime: seconds(startedAt) };
    },

    DescribeReplay(request) {
      const replay = replays.get(request.text('ReplayName'));
      return {
        ReplayArn: registry.arns.replay(replay.name),
        ...view(replay),
        ...(replay.description !== undefined && { Description: replay.description }),
        Destination: {
          Arn: registry.arns.bus(replay.bus),
          ...(replay.ruleArns.length > 0 && { FilterArns: replay.ruleArns }),
        },
      };
    },

    ListReplays(request) {
      const prefix = request.optionalText('NamePrefix') ?? '';
      const state = request.optionalText('State');
      const source = request.optionalText('EventSourceArn');
      const { items, ...more } = page(
        request,
        replays
          .list()
          .map(view)
          .filter(
            (replay) =>
              replay.ReplayName.startsWith(prefix) &&
              (state ?? replay.State) === replay.State &&
              (source ?? replay.EventSourceArn) === replay.EventSourceArn,
          ),
      );
      return { Replays: items, ...more };
    },

    async CancelReplay(request) {
      const name = request.text('ReplayName');
      await replays.cancel(name);
      return { ReplayArn: registry.arns.replay(name), State: 'CANCELLING' };
    },
  };
}

function notValid(parameter: string, reason: string): AwsError {
  return new AwsError('ValidationException', `Parameter ${parameter} is not valid. Reason: ${reason}`);
}
