import { streamColumns } from '@edtech/shared-kernel';
import { bigint, boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ApprovalTaskState } from '../../domain/entities/approval-task.entity.ts';
import type { CaseDecision, VerificationCaseState } from '../../domain/entities/verification-case.state.ts';
import { DUTIES } from '../../domain/value-objects/duty.vo.ts';

/** `seq` is missing on purpose: the database alone gives it. */
export const verificationCases = pgTable('verification_cases', {
  id: uuid('id').primaryKey(),
  tutorId: uuid('tutor_id').notNull(),
  userId: uuid('user_id').notNull(),
  attempt: integer('attempt').notNull(),
  status: text('status').$type<VerificationCaseState['status']>().notNull(),
  assignee: uuid('assignee'),
  subjects: jsonb('subjects').$type<VerificationCaseState['subjects']>().notNull(),
  documents: jsonb('documents').$type<VerificationCaseState['documents']>().notNull(),
  dueAt: timestamp('due_at', { withTimezone: true, mode: 'date' }).notNull(),
  reminded: boolean('reminded').notNull(),
  escalated: boolean('escalated').notNull(),
  decision: jsonb('decision').$type<CaseDecision>(),
  closedFor: text('closed_for'),
  ...streamColumns,
});

/** `seq` is missing on purpose: the database alone gives it. */
export const approvalTasks = pgTable('approval_tasks', {
  id: uuid('id').primaryKey(),
  kind: text('kind').$type<ApprovalTaskState['kind']>().notNull(),
  subjectId: text('subject_id').notNull(),
  amount: bigint('amount', { mode: 'number' }),
  currency: text('currency').$type<NonNullable<ApprovalTaskState['currency']>>(),
  requestedBy: text('requested_by').notNull(),
  details: jsonb('details').$type<ApprovalTaskState['details']>().notNull(),
  status: text('status').$type<ApprovalTaskState['status']>().notNull(),
  decidedBy: text('decided_by'),
  decidedAmount: bigint('decided_amount', { mode: 'number' }),
  reason: text('reason'),
  ...streamColumns,
});

export const adminUsers = pgTable('admin_users', {
  id: uuid('id').primaryKey(),
  duties: text('duties', { enum: DUTIES }).array().notNull(),
  status: text('status', { enum: ['active', 'deactivated'] }).notNull(),
  ...streamColumns,
});

export const adminErasures = pgTable('admin_erasures', { id: uuid('id').primaryKey(), ...streamColumns });

export const listCursorKey = pgTable('list_cursor_key', { key: text('key').notNull() });

export const auditCheckpoints = pgTable('audit_checkpoints', {
  id: uuid('id').primaryKey(),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  rootHash: text('root_hash').notNull(),
  keyId: text('key_id').notNull(),
  signature: text('signature').notNull(),
  ...streamColumns,
});
