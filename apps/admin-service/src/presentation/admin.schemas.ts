import { strictBody } from '@edtech/shared-kernel';
import { z } from 'zod';
import { APPROVAL_KINDS, APPROVAL_STATUSES, CASE_STATUSES } from '../application/dto/choices.ts';
import { MOST_PER_PAGE } from '../constants.ts';

const reason = z.string().trim().min(1).max(1000);
const documentIds = z.array(z.guid()).max(50);
export const page = {
  limit: z.coerce.number().int().min(1).max(MOST_PER_PAGE).default(20),
  cursor: z.string().max(200).optional(),
};

export const Id = z.guid();

export const ListCases = z.strictObject({
  ...page,
  status: z.enum(CASE_STATUSES).optional(),
  assignee: z.guid().optional(),
});

export const AssignCase = strictBody({ assignee: z.guid().optional() }).default({}).meta({ id: 'AssignCase' });

export const ApproveCase = strictBody({ notes: reason, approvedDocuments: documentIds }).meta({ id: 'ApproveCase' });

export const RejectCase = strictBody({
  reason,
  feedback: z.string().trim().min(1).max(4000),
  rejectedDocuments: documentIds,
}).meta({ id: 'RejectCase' });

export const RequestInfo = strictBody({ items: z.array(z.string().trim().min(1).max(500)).min(1).max(20) }).meta({
  id: 'RequestInfo',
});

export const ListApprovals = z.strictObject({
  ...page,
  kind: z.enum(APPROVAL_KINDS).optional(),
  status: z.enum(APPROVAL_STATUSES).optional(),
});

export const DecideApproval = strictBody({
  decision: z.enum(['approved', 'rejected']),
  amount: z.int().min(0).optional(),
  reason,
}).meta({ id: 'DecideApproval' });

/** Any word is let through: the answer to an unknown one is 422 UNKNOWN_DUTY, which names those that there are. */
export const Duties = strictBody({ duties: z.array(z.string().min(1).max(50)).max(20) }).meta({ id: 'AdminDuties' });

export const UserStatus = strictBody({
  status: z.enum(['suspended', 'active']),
  reason,
  until: z.iso.datetime().optional(),
})
  .refine(({ status, until }) => status === 'suspended' || until === undefined, {
    path: ['until'],
    message: 'only a suspension has an end',
  })
  .meta({ id: 'SetUserStatus' });

export const Period = z
  .strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, { path: ['to'], message: 'must be after from' });

/** For the API's document. */
export const ifMatch = {
  name: 'If-Match',
  required: false,
  description: 'The ETag the change is based on; 412 if the object has changed since',
  schema: { type: 'string' as const, pattern: '^"[0-9]+"$' },
};
