import { createEventBridge } from '../../src/event-bridge/event-bridge.ts';
import { createFaults, noFaults } from '../../src/faults.ts';
import { levelStore } from '../../src/level-store.ts';
import { systemClock } from '../../src/system-clock.ts';
import { QUEUE } from './test-bus.ts';

const [folder = '', crashAt = ''] = process.argv.slice(2);

const faults = createFaults(noFaults).bus;
const store = await levelStore(folder);
const bus = await createEventBridge({
  store,
  clock: systemClock,
  random: Math.random,
  targets: { deliver: async () => {} },
  faults: () => ({ ...faults, crashAt }),
});
await bus.handle('PutRule', { Name: 'r', EventPattern: '{"source":["s"]}' }, {});
await bus.handle('PutTargets', { Rule: 'r', Targets: [{ Id: '1', Arn: QUEUE }] }, {});
await bus.handle('PutEvents', { Entries: [{ Source: 's', DetailType: 't', Detail: '{"n":1}' }] }, {});
await bus.idle();
await bus.close();
await store.close();
