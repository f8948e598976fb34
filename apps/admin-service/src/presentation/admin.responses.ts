import { z } from 'zod';
import { APPROVAL_KINDS, APPROVAL_STATUSES, CASE_STATUSES, DUTIES } from '../application/dto/choices.ts';
import type { AnalyticsView } from '../application/use-cases/get-analytics.usecase.ts';
import type { AdminUserView } from '../application/views/admin-user.view.ts';
import type { ApprovalTaskView } from '../application/views/approval-task.view.ts';
import type { VerificationCaseView } from '../application/views/verification-case.view.ts';

/** What the routes answer, for the API's document; the compiler compares each schema with its view. */
const count = z.int().min(0);
const next = z.string().nullable();

export const VerificationCase = z
  .object({
    caseId: z.guid(),
    tutorId: z.guid(),
    userId: z.guid(),
    attempt: z.int().min(1),
    status: z.enum(CASE_STATUSES),
    assignee: z.guid().nullable(),
    subjects: z.array(z.object({ code: z.string(), level: z.string() })),
    documents: z.array(z.object({ id: z.guid(), status: z.enum(['undecided', 'approved', 'rejected']) })),
    dueAt: z.iso.datetime(),
    reminded: z.boolean(),
    escalated: z.boolean(),
    decision: z
      .object({ reason: z.string(), feedback: z.string().nullable(), items: z.array(z.string()), decidedBy: z.string() })
      .nullable(),
    closedFor: z.string().nullable(),
    streamVersion: z.int(),
  })
  .meta({ id: 'VerificationCase' }) satisfies z.ZodType<VerificationCaseView>;
export const VerificationCases = z.object({ items: z.array(VerificationCase), next }).meta({ id: 'VerificationCases' });

export const Approval = z
  .object({
    approvalId: z.guid(),
    kind: z.enum(APPROVAL_KINDS),
    subjectId: z.string(),
    amount: z.int().nullable().meta({ description: 'Minor units' }),
    currency: z.enum(['USD', 'EUR', 'GBP']).nullable(),
    requestedBy: z.string(),
    details: z.record(z.string(), z.string()),
    status: z.enum(APPROVAL_STATUSES),
    decidedBy: z.string().nullable(),
    decidedAmount: z.int().nullable(),
    reason: z.string().nullable(),
    streamVersion: z.int(),
  })
  .meta({ id: 'Approval' }) satisfies z.ZodType<ApprovalTaskView>;
export const Approvals = z.object({ items: z.array(Approval), next }).meta({ id: 'Approvals' });

export const Admin = z
  .object({
    userId: z.guid(),
    duties: z.array(z.enum(DUTIES)),
    status: z.enum(['active', 'deactivated']),
    streamVersion: z.int(),
  })
  .meta({ id: 'AdminUser' }) satisfies z.ZodType<AdminUserView>;
export const Admins = z.object({ items: z.array(Admin) }).meta({ id: 'AdminUsers' });

export const UserStatus = z.object({ userId: z.guid(), status: z.string() }).meta({ id: 'UserStatus' });

const decisions = z.object({ count, averageSeconds: z.number().nullable() });
export const Analytics = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    users: z.object({ created: count, erased: count }),
    tutors: z.object({ submitted: count, verified: count, suspended: count, expectedProfiles: count }),
    bookings: z.object({ requested: count, settled: count, cancelled: count, noShows: count }),
    payments: z.object({ completed: count, failed: count }),
    revenue: z.array(z.object({ currency: z.string(), paid: z.int(), refunded: z.int(), fees: z.int() })),
    decisions: z.object({ approval: decisions, verification: decisions }),
  })
  .meta({ id: 'Analytics' }) satisfies z.ZodType<AnalyticsView>;
