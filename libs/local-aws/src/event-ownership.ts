import type { EventsFile } from './loader/catalogue-files.ts';

/**
 * The access rule of the bus: a source publishes only its own event types, and a caller whose access key is named after a service publishes
 * only as that service. Production says the same in IAM (`events:source`, `events:detail-type`).
 */
export function eventOwnership({
  eventSources = {},
}: EventsFile): (source: string, detailType: string, accessKeyId: string | undefined) => string | undefined {
  return (source, detailType, accessKeyId) => {
    if (accessKeyId !== undefined && accessKeyId in eventSources && accessKeyId !== source)
      return `${accessKeyId} may not publish as ${source}`;
    if (eventSources[source]?.includes(detailType) !== true) return `${source} does not own ${detailType}`;
    return undefined;
  };
}
