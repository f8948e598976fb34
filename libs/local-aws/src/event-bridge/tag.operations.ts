import { AwsError } from '../aws-error.ts';
import type { Operations } from './operation.ts';
import type { Registry } from './registry.ts';
import type { Request } from './request.ts';
import type { Tag } from './state.ts';

export function readTags(request: Request): Tag[] {
  return request.list('Tags', 0, 50).map((tag) => ({ Key: tag.text('Key'), Value: tag.text('Value') }));
}

/** Tags of buses and rules. */
export function tagOperations({ registry }: { registry: Registry }): Operations {
  const tagged = (request: Request): { tags: readonly Tag[]; save: (tags: readonly Tag[]) => Promise<void> } => {
    const arn = request.text('ResourceARN');
    const bus = registry.listBuses().find(({ name }) => registry.arns.bus(name) === arn);
    if (bus) return { tags: bus.tags, save: (tags) => registry.saveBus({ ...bus, tags }) };
    const rule = registry
      .listBuses()
      .flatMap(({ name }) => registry.listRules(name))
      .find((candidate) => candidate.arn === arn);
    if (rule) return { tags: rule.state.tags, save: (tags) => registry.saveRule({ ...rule.state, tags }) };
    throw new AwsError('ResourceNotFoundException', `Resource ${arn} does not exist.`);
  };

  return {
    async TagResource(request) {
      const { tags, save } = tagged(request);
      const added = readTags(request);
      await save([...tags.filter(({ Key }) => !added.some((tag) => tag.Key === Key)), ...added]);
      return {};
    },

    async UntagResource(request) {
      const { tags, save } = tagged(request);
      const removed = request.texts('TagKeys');
      await save(tags.filter(({ Key }) => !removed.includes(Key)));
      return {};
    },

    ListTagsForResource: (request) => ({ Tags: tagged(request).tags }),
  };
}
