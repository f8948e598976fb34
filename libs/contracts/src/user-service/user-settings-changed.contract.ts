import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import type { PayloadOf } from '../define-event.ts';
import { id } from '../schemas.ts';

export const UserSettingsChanged = defineEvent({
  name: 'user.settings_changed',
  producer: 'user-service',
  aggregateType: 'User',
  scope: 'local',
  versions: {
    1: z.strictObject({
      userId: id,
      changes: z
        .array(
          z.strictObject({
            field: z.enum(['emailMarketing', 'lessonReminders', 'language']),
            from: z.union([z.boolean(), z.string()]),
            to: z.union([z.boolean(), z.string()]),
          }),
        )
        .min(1),
    }),
  },
  about: (payload) => payload.userId,
  personal: [],
  plain: ['changes[].from', 'changes[].to'],
});
export type UserSettingsChanged = PayloadOf<typeof UserSettingsChanged>;
