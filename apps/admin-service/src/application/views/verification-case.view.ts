import type { VerificationCase } from '../../domain/entities/verification-case.entity.ts';
import type { VerificationCaseState } from '../../domain/entities/verification-case.state.ts';

export interface VerificationCaseView extends Omit<VerificationCaseState, 'id'> {
  readonly caseId: string;
  readonly streamVersion: number;
}

export function verificationCaseView({ state, streamVersion }: VerificationCase): VerificationCaseView {
  const { id: caseId, ...rest } = state;
  return { caseId, ...rest, streamVersion };
}
