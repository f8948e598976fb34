import { join } from 'node:path';
import { contracts, subscriptions } from '@edtech/contracts';
import { ServiceEnvironment, type ServiceDefinition } from '@edtech/shared-kernel';
import { Module } from '@nestjs/common';
import { EscalateCaseHandler } from './application/commands/escalate-case.handler.ts';
import { ExpireApprovalHandler } from './application/commands/expire-approval.handler.ts';
import { OpenCaseHandler } from './application/commands/open-case.handler.ts';
import { RemindCaseHandler } from './application/commands/remind-case.handler.ts';
import { ApprovalSubjects } from './application/interfaces/approval-subjects.interface.ts';
import { AuditLog } from './application/interfaces/audit-log.interface.ts';
import { AuditSeal } from './application/interfaces/audit-seal.interface.ts';
import { CheckpointFile } from './application/interfaces/checkpoint-file.interface.ts';
import { Erasures } from './application/interfaces/erasures.interface.ts';
import { KnownUsers } from './application/interfaces/known-users.interface.ts';
import {
  AdminUserRepository,
  ApprovalTaskRepository,
  VerificationCaseRepository,
} from './application/interfaces/repository.interface.ts';
import { Statistics } from './application/interfaces/statistics.interface.ts';
import { UserStatus } from './application/interfaces/user-status.interface.ts';
import { VerificationTeam } from './application/interfaces/verification-team.interface.ts';
import { ApprovalExpirySaga } from './application/sagas/approval-expiry.saga.ts';
import { AuditCheckpointJob } from './application/jobs/audit-checkpoint.job.ts';
import { VerificationSaga } from './application/sagas/verification.saga.ts';
import { ApproveCaseUseCase } from './application/use-cases/approve-case.usecase.ts';
import { AssignCaseUseCase } from './application/use-cases/assign-case.usecase.ts';
import { CloseApprovalUseCase } from './application/use-cases/close-approval.usecase.ts';
import { CloseCasesUseCase } from './application/use-cases/close-cases.usecase.ts';
import { DecideApprovalUseCase } from './application/use-cases/decide-approval.usecase.ts';
import { EraseUserUseCase } from './application/use-cases/erase-user.usecase.ts';
import { ExportAuditUseCase } from './application/use-cases/export-audit.usecase.ts';
import { FollowRoleUseCase } from './application/use-cases/follow-role.usecase.ts';
import { GetAnalyticsUseCase } from './application/use-cases/get-analytics.usecase.ts';
import { GetApprovalUseCase } from './application/use-cases/get-approval.usecase.ts';
import { GetCaseUseCase } from './application/use-cases/get-case.usecase.ts';
import { GrantDutiesUseCase } from './application/use-cases/grant-duties.usecase.ts';
import { LearnRefundUseCase } from './application/use-cases/learn-refund.usecase.ts';
import { ListAdminsUseCase } from './application/use-cases/list-admins.usecase.ts';
import { ListApprovalsUseCase } from './application/use-cases/list-approvals.usecase.ts';
import { ListCasesUseCase } from './application/use-cases/list-cases.usecase.ts';
import { OpenApprovalUseCase } from './application/use-cases/open-approval.usecase.ts';
import { QueryAuditUseCase } from './application/use-cases/query-audit.usecase.ts';
import { RecordAuditUseCase } from './application/use-cases/record-audit.usecase.ts';
import { RecordCheckpointUseCase } from './application/use-cases/record-checkpoint.usecase.ts';
import { RejectCaseUseCase } from './application/use-cases/reject-case.usecase.ts';
import { RequestInfoUseCase } from './application/use-cases/request-info.usecase.ts';
import { SetUserStatusUseCase } from './application/use-cases/set-user-status.usecase.ts';
import { VerifyAuditUseCase } from './application/use-cases/verify-audit.usecase.ts';
import { loadConfig } from './config.ts';
import { SERVICE_NAME } from './constants.ts';
import { DiskCheckpointFile } from './infrastructure/audit/disk-checkpoint-file.ts';
import { Ed25519AuditSeal } from './infrastructure/audit/ed25519-audit-seal.ts';
import { SqlAuditLog } from './infrastructure/audit/sql-audit-log.ts';
import { AuditEventsConsumer } from './infrastructure/event-consumers/audit-events.consumer.ts';
import { PaymentEventsConsumer } from './infrastructure/event-consumers/payment-events.consumer.ts';
import { StatsEventsConsumer } from './infrastructure/event-consumers/stats-events.consumer.ts';
import { TutorEventsConsumer } from './infrastructure/event-consumers/tutor-events.consumer.ts';
import { UserEventsConsumer } from './infrastructure/event-consumers/user-events.consumer.ts';
import { HttpUserStatus } from './infrastructure/http/http-user-status.ts';
import { DrizzleAdminUserRepository } from './infrastructure/repositories/drizzle-admin-user.repository.ts';
import { DrizzleApprovalTaskRepository } from './infrastructure/repositories/drizzle-approval-task.repository.ts';
import { DrizzleErasures } from './infrastructure/repositories/drizzle-erasures.repository.ts';
import { DrizzleVerificationCaseRepository } from './infrastructure/repositories/drizzle-verification-case.repository.ts';
import { ListCursors } from './infrastructure/repositories/list-cursors.ts';
import { SqlApprovalSubjects } from './infrastructure/repositories/sql-approval-subjects.repository.ts';
import { SqlKnownUsers } from './infrastructure/repositories/sql-known-users.repository.ts';
import { SqlStatistics } from './infrastructure/repositories/sql-statistics.repository.ts';
import { AdminController } from './presentation/admin.controller.ts';
import { ApprovalsController } from './presentation/approvals.controller.ts';
import { AuditController } from './presentation/audit.controller.ts';
import { VerificationsController } from './presentation/verifications.controller.ts';

export { verifyAuditExport, type AuditSignatures, type ExportVerdict } from './infrastructure/audit/verify-audit-export.ts';

const useCases = [
  ApproveCaseUseCase,
  AssignCaseUseCase,
  CloseApprovalUseCase,
  CloseCasesUseCase,
  DecideApprovalUseCase,
  EraseUserUseCase,
  ExportAuditUseCase,
  FollowRoleUseCase,
  GetAnalyticsUseCase,
  GetApprovalUseCase,
  GetCaseUseCase,
  GrantDutiesUseCase,
  LearnRefundUseCase,
  ListAdminsUseCase,
  ListApprovalsUseCase,
  ListCasesUseCase,
  OpenApprovalUseCase,
  QueryAuditUseCase,
  RecordAuditUseCase,
  RecordCheckpointUseCase,
  RejectCaseUseCase,
  RequestInfoUseCase,
  SetUserStatusUseCase,
  VerifyAuditUseCase,
];
const reactions = [
  EscalateCaseHandler,
  ExpireApprovalHandler,
  OpenCaseHandler,
  RemindCaseHandler,
  ApprovalExpirySaga,
  AuditCheckpointJob,
  VerificationSaga,
  AuditEventsConsumer,
  PaymentEventsConsumer,
  StatsEventsConsumer,
  TutorEventsConsumer,
  UserEventsConsumer,
];

@Module({
  controllers: [AdminController, ApprovalsController, AuditController, VerificationsController],
  providers: [
    ...useCases,
    ...reactions,
    ListCursors,
    { provide: VerificationCaseRepository, useClass: DrizzleVerificationCaseRepository },
    { provide: ApprovalTaskRepository, useClass: DrizzleApprovalTaskRepository },
    { provide: ApprovalSubjects, useClass: SqlApprovalSubjects },
    { provide: AdminUserRepository, useClass: DrizzleAdminUserRepository },
    { provide: KnownUsers, useClass: SqlKnownUsers },
    { provide: Erasures, useClass: DrizzleErasures },
    { provide: Statistics, useClass: SqlStatistics },
    { provide: AuditLog, useClass: SqlAuditLog },
    {
      provide: AuditSeal,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment) => {
        const { auditKey, mayMakeAuditKey } = loadConfig(variables);
        return new Ed25519AuditSeal(auditKey, mayMakeAuditKey);
      },
    },
    {
      provide: CheckpointFile,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment) => new DiskCheckpointFile(loadConfig(variables).auditCheckpoints),
    },
    {
      provide: VerificationTeam,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment): VerificationTeam => ({
        mailAddress: loadConfig(variables).verificationMail,
      }),
    },
    {
      provide: UserStatus,
      inject: [ServiceEnvironment],
      useFactory: ({ variables }: ServiceEnvironment) => new HttpUserStatus(loadConfig(variables).userServiceUrl),
    },
  ],
})
export class AdminServiceModule {}

export const adminService: ServiceDefinition = {
  name: SERVICE_NAME,
  module: AdminServiceModule,
  contracts: [
    ...contracts.filter(({ producer }) => producer === SERVICE_NAME),
    ...(subscriptions[SERVICE_NAME] ?? []).map(({ event }) => event),
  ],
  migrations: [join(import.meta.dirname, '..', 'drizzle')],
  problems: {
    VALIDATION_FAILED: 400,
    UNAUTHENTICATED: 401,
    SAME_PERSON: 403,
    OWN_CASE: 403,
    ALREADY_DECIDED: 409,
    ADMIN_NOT_ACTIVE: 409,
    ALREADY_ACTIVE: 409,
    INVALID_STATE: 409,
    DOCUMENTS_UNDECIDED: 422,
    UNKNOWN_DOCUMENT: 422,
    UNSUITABLE_ASSIGNEE: 422,
    AMOUNT_NOT_DECIDABLE: 422,
    UNKNOWN_DUTY: 422,
    LAST_SUPERADMIN: 422,
  },
};
