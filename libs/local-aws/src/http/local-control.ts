import { AwsError } from '../aws-error.ts';
import { applyFaultProfile, type Faults } from '../faults.ts';
import { parseFaultProfile } from '../fault-profile.parser.ts';
import { errorReply, jsonReply } from './json-reply.ts';
import type { Reply } from './reply.ts';

/** GET /_local/health, GET and POST /_local/faults. */
export function localControl(
  request: { method: string; path: string; body: string },
  { instanceId, uptimeSeconds, faults }: { instanceId: string; uptimeSeconds: number; faults: Faults },
): Reply {
  try {
    switch (`${request.method} ${request.path}`) {
      case 'GET /_local/health':
        return jsonReply({ instanceId, uptime: uptimeSeconds });
      case 'POST /_local/faults':
        applyFaultProfile(faults, parseFaultProfile(request.body));
        return jsonReply(faults);
      case 'GET /_local/faults':
        return jsonReply(faults);
      default:
        throw new AwsError(
          'NotFound',
          `There is no ${request.method} ${request.path}; there are GET /_local/health and GET or POST /_local/faults`,
          404,
        );
    }
  } catch (error) {
    if (error instanceof AwsError) return errorReply(error);
    throw error;
  }
}
