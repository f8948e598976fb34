import { AwsError } from '../aws-error.ts';
import type { Clock } from '../ports.ts';
import { type Operations, seconds } from './operation.ts';
import { page } from './page.ts';
import type { Registry } from './registry.ts';
import type { BusState } from './state.ts';
import { readTags } from './tag.operations.ts';

const BUS_NAME = /^[.\-_A-Za-z0-9]{1,256}$/;

export function busOperations({ registry, clock }: { registry: Registry; clock: Clock }): Operations {
  const view = ({ name, description, createdAt }: BusState) => ({
    Name: name,
    Arn: registry.arns.bus(name),
    ...(description !== undefined && { Description: description }),
    CreationTime: seconds(createdAt),
    LastModifiedTime: seconds(createdAt),
  });

  return {
    async CreateEventBus(request) {
      const name = request.text('Name', BUS_NAME);
      const description = request.optionalText('Description');
      if (registry.findBus(name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      }
      const createdAt = clock.now().getTime();
      await registry.saveBus({ name, createdAt, tags: readTags(request), ...(description !== undefined && { description }) });
      return { EventBusArn: registry.arns.bus(name), ...(description !== undefined && { Description: description }) };
    },

    DescribeEventBus: (request) => view(registry.bus(request.optionalText('Name'))),

    ListEventBuses(request) {
      const prefix = request.optionalText('NamePrefix') ?? '';
      const { items, ...more } = page(
        request,
        registry.listBuses().filter(({ name }) => name.startsWith(prefix)),
      );
      return { EventBuses: items.map(view), ...more };
    },

    async DeleteEventBus(request) {
      const name = request.text('Name');
      if (name === 'default') throw new AwsError('ValidationException', 'Cannot delete event bus default.');
      if (registry.listRules(name).length > 0) {
        throw new AwsError('ValidationException', "Event bus can't be deleted since it has rules.");
      }
      if (registry.findBus(name)) await registry.deleteBus(name);
      return {};
    },
  };
}
