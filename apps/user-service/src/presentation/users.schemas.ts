import { strictBody } from '@edtech/shared-kernel';
import { z } from 'zod';
import { MOST_PER_PAGE } from '../constants.ts';

const name = z.string().trim().min(1).max(200);
const bio = z.string().max(1000);
const skill = z.string().trim().min(1).max(50);
const skills = z.array(skill).max(20);
const locale = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/);
const timezone = z.string().min(1).max(64);
const reason = z.string().trim().min(1).max(1000);
const role = z.enum(['student', 'tutor', 'admin', 'superadmin']);

export const UserId = z.guid();

export const UpdateMe = strictBody({
  firstName: name.optional(),
  lastName: name.optional(),
  bio: bio.nullable().optional(),
  skills: skills.optional(),
  timezone: timezone.optional(),
  locale: locale.optional(),
});

export const Settings = strictBody({ emailMarketing: z.boolean(), lessonReminders: z.boolean(), language: locale });

export const BecomeTutor = strictBody({ subjects: skills.optional(), bio: bio.optional() }).default({});

/** For commands without a body; some clients send an empty object. */
export const Nothing = strictBody({}).optional();

export const CreateUser = strictBody({
  email: z
    .string()
    .trim()
    .max(320)
    .regex(/^[^\s@]+@[^\s@]+$/),
  firstName: name,
  lastName: name,
  role,
  status: z.enum(['pending_verification', 'active']).optional(),
  bio: bio.optional(),
  skills: skills.optional(),
  locale: locale.optional(),
  timezone: timezone.optional(),
});

export const ChangeRole = strictBody({ newRole: role, reason });

export const Suspend = strictBody({ reason, until: z.iso.datetime().optional() });

/** The reason of a reactivation is asked for and not kept: `user.reactivated` has no room for it. */
export const Reactivate = strictBody({ reason: reason.optional() }).optional();

export const ListQuery = z
  .strictObject({
    offset: z.coerce.number().int().min(0).max(10_000).optional(),
    limit: z.coerce.number().int().min(1).max(MOST_PER_PAGE).default(20),
    cursor: z.string().max(200).optional(),
    role: role.optional(),
    status: z.enum(['pending_verification', 'active', 'suspended', 'inactive', 'erased']).optional(),
    q: z.string().trim().min(1).max(100).optional(),
  })
  .refine(({ offset, cursor }) => offset === undefined || cursor === undefined, {
    path: ['offset'],
    message: 'a cursor already says where the page starts',
  });

/** For the API's document. */
export const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The ETag the change is based on; 412 if the object has changed since',
  schema: { type: 'string' as const, pattern: '^"[0-9]+"$' },
};
