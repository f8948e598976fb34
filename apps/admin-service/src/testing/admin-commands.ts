import type { CommandInput } from '@edtech/shared-kernel/testing';
import {
  ApprovalTaskRepository,
  AdminUserRepository,
  VerificationCaseRepository,
} from '../application/interfaces/repository.interface.ts';
import { ApproveCaseUseCase } from '../application/use-cases/approve-case.usecase.ts';
import { AssignCaseUseCase } from '../application/use-cases/assign-case.usecase.ts';
import { DecideApprovalUseCase } from '../application/use-cases/decide-approval.usecase.ts';
import { GrantDutiesUseCase } from '../application/use-cases/grant-duties.usecase.ts';
import { RejectCaseUseCase } from '../application/use-cases/reject-case.usecase.ts';
import { RequestInfoUseCase } from '../application/use-cases/request-info.usecase.ts';
import { adminService } from '../admin-service.module.ts';

const REVIEWER = '0b9d3f1c-0000-4000-8000-0000000000b1';
const FINANCE = '0b9d3f1c-0000-4000-8000-0000000000b2';
const SUPERADMIN = '0b9d3f1c-0000-4000-8000-0000000000b3';

function by(actor: string, label: string, run: CommandInput['run']): CommandInput {
  return { kind: 'command', service: adminService.name, label, actor: { id: actor, role: 'admin' }, run };
}

/** The commands of admin-service as its clients send them: each about everything that waits for it. */
export const adminCommands = {
  assignCases: (): CommandInput =>
    by(REVIEWER, 'assign what is open', async (app) => {
      for (const { id } of await undecided(app)) await app.get(AssignCaseUseCase).execute(id, REVIEWER);
    }),
  decideCases: (decision: 'approve' | 'reject' | 'request-info'): CommandInput =>
    by(REVIEWER, `${decision} what is open`, async (app) => {
      for (const { id, state } of await undecided(app)) {
        const documents = state.documents.map((document) => document.id);
        if (decision === 'approve')
          await app.get(ApproveCaseUseCase).execute(id, REVIEWER, { notes: 'fine', approvedDocuments: documents });
        else if (decision === 'reject')
          await app
            .get(RejectCaseUseCase)
            .execute(id, REVIEWER, { reason: 'blurred', feedback: 'again', rejectedDocuments: documents });
        else await app.get(RequestInfoUseCase).execute(id, REVIEWER, ['a certificate']);
      }
    }),
  decideApprovals: (decision: 'approved' | 'rejected'): CommandInput =>
    by(FINANCE, `approvals: ${decision}`, async (app) => {
      const { items } = await app.get(ApprovalTaskRepository).list({ limit: 100 });
      const decider = { id: FINANCE, role: 'admin', duties: ['finance'] };
      for (const { id, state } of items)
        if (state.status === 'open') await app.get(DecideApprovalUseCase).execute(id, { decision, reason: 'checked' }, decider);
    }),
  grantDuties: (duties: readonly string[]): CommandInput =>
    by(SUPERADMIN, `duties ${duties.join(', ')}`, async (app) => {
      for (const { id, state } of await app.get(AdminUserRepository).all())
        if (state.status === 'active') await app.get(GrantDutiesUseCase).execute(id, duties);
    }),
};

async function undecided(app: Parameters<CommandInput['run']>[0]) {
  const { items } = await app.get(VerificationCaseRepository).list({ limit: 100 });
  return items.filter((one) => one.undecided);
}
