import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id, ordinal, sha256 } from '../schemas.ts';

/** Entry `seq` of the audit has the hash `rootHash`, signed with the Ed25519 key of the installation; `signature` is base64url. */
export const AuditCheckpointRecorded = defineEvent({
  name: 'audit.checkpoint_recorded',
  producer: 'admin-service',
  aggregateType: 'AuditEntry',
  scope: 'local',
  versions: {
    1: z.strictObject({
      checkpointId: id,
      seq: ordinal,
      rootHash: sha256,
      keyId: z.string().min(1),
      signature: z.string().min(1),
    }),
  },
  about: (payload) => payload.checkpointId,
  personal: [],
  plain: ['rootHash', 'keyId', 'signature'],
});
export type AuditCheckpointRecorded = PayloadOf<typeof AuditCheckpointRecorded>;
