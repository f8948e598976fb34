import type { TutorDocument } from './tutor-document.vo.ts';

/** What the reviewer made of one submission. */
export interface Decision {
  readonly attempt: number;
  readonly decision: 'approved' | 'rejected' | 'info_requested';
  readonly reason: string;
  readonly feedback?: string | undefined;
  readonly items?: readonly string[] | undefined;
  readonly documents: readonly { readonly id: string; readonly status: 'approved' | 'rejected' }[];
  readonly decidedBy: string;
  readonly decidedAt: string;
}

/** An approved document stays approved whatever a later decision says. */
export function reviewed(documents: readonly TutorDocument[], decision: Pick<Decision, 'documents'>): TutorDocument[] {
  const statuses = new Map(decision.documents.map(({ id, status }) => [id, status]));
  return documents.map((document) =>
    document.status === 'approved' ? document : { ...document, status: statuses.get(document.id) ?? document.status },
  );
}
