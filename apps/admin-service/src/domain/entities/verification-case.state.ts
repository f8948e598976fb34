export interface CaseDocument {
  readonly id: string;
  readonly status: 'undecided' | 'approved' | 'rejected';
}

export interface CaseDecision {
  readonly reason: string;
  readonly feedback: string | null;
  readonly items: readonly string[];
  readonly decidedBy: string;
}

export interface VerificationCaseState {
  readonly id: string;
  readonly tutorId: string;
  /** Who is judged, and therefore cannot judge. */
  readonly userId: string;
  readonly attempt: number;
  readonly status: 'open' | 'assigned' | 'approved' | 'rejected' | 'info_requested' | 'closed';
  readonly assignee: string | null;
  readonly subjects: readonly { readonly code: string; readonly level: string }[];
  readonly documents: readonly CaseDocument[];
  readonly dueAt: string;
  readonly reminded: boolean;
  readonly escalated: boolean;
  readonly decision: CaseDecision | null;
  readonly closedFor: string | null;
}

export const BLANK_CASE: VerificationCaseState = {
  id: '',
  tutorId: '',
  userId: '',
  attempt: 0,
  status: 'open',
  assignee: null,
  subjects: [],
  documents: [],
  dueAt: '',
  reminded: false,
  escalated: false,
  decision: null,
  closedFor: null,
};
