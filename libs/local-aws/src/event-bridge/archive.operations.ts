import { AwsError } from '../aws-error.ts';
import type { Clock } from '../ports.ts';
import type { ArchiveStorage } from './archive-storage.ts';
import { compileEventPattern } from './event-pattern.ts';
import { type Operations, seconds } from './operation.ts';
import { page } from './page.ts';
import type { Registry } from './registry.ts';
import type { ArchiveState } from './state.ts';

const ARCHIVE_NAME = /^[.\-_A-Za-z0-9]{1,48}$/;

export function archiveOperations(parts: { registry: Registry; clock: Clock; storage: ArchiveStorage }): Operations {
  const { registry, clock, storage } = parts;
  const view = async (archive: ArchiveState) => ({
    ArchiveName: archive.name,
    EventSourceArn: registry.arns.bus(archive.bus),
    State: 'ENABLED',
    RetentionDays: archive.retentionDays,
    ...(await storage.size(archive)),
    CreationTime: seconds(archive.createdAt),
  });

  return {
    async CreateArchive(request) {
      const name = request.text('ArchiveName', ARCHIVE_NAME);
      const bus = registry.bus(request.text('EventSourceArn')).name;
      const pattern = request.optionalText('EventPattern');
      if (pattern !== undefined) compileEventPattern(pattern);
      const description = request.optionalText('Description');
      const retentionDays = request.optionalInteger('RetentionDays', 0, 36_500) ?? 0;
      if (registry.findArchive(name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Archive ${name} already exists.`);
      }
      const createdAt = clock.now().getTime();
      await registry.saveArchive({
        name,
        bus,
        retentionDays,
        createdAt,
        ...(pattern !== undefined && { pattern }),
        ...(description !== undefined && { description }),
      });
      return { ArchiveArn: registry.arns.archive(name), State: 'ENABLED', CreationTime: seconds(createdAt) };
    },

    async DescribeArchive(request) {
      const { state } = registry.archive(request.text('ArchiveName'));
      return {
        ArchiveArn: registry.arns.archive(state.name),
        ...(await view(state)),
        ...(state.description !== undefined && { Description: state.description }),
        ...(state.pattern !== undefined && { EventPattern: state.pattern }),
      };
    },

    async ListArchives(request) {
      const prefix = request.optionalText('NamePrefix') ?? '';
      const source = request.optionalText('EventSourceArn');
      const { items, ...more } = page(
        request,
        registry
          .listArchives()
          .filter(
            ({ state }) =>
              state.name.startsWith(prefix) && (source ?? registry.arns.bus(state.bus)) === registry.arns.bus(state.bus),
          ),
      );
      return { Archives: await Promise.all(items.map(({ state }) => view(state))), ...more };
    },

    async DeleteArchive(request) {
      const { state } = registry.archive(request.text('ArchiveName'));
      await registry.deleteArchive(state.name);
      await storage.deleteAll(state.name);
      return {};
    },
  };
}
