import { AggregateRoot, NO_STREAM, type BaseDomainEvent, type StreamPosition, type When } from '@edtech/shared-kernel/domain';
import { AlreadyDecided, DocumentsUndecided, OwnCase, UnknownDocument } from '../errors/case.errors.ts';
import { VerificationCaseAssignedEvent } from '../events/verification-case-assigned.event.ts';
import { VerificationCaseClosedEvent } from '../events/verification-case-closed.event.ts';
import { VerificationCaseEscalatedEvent } from '../events/verification-case-escalated.event.ts';
import { VerificationCaseOpenedEvent } from '../events/verification-case-opened.event.ts';
import { VerificationCaseRemindedEvent } from '../events/verification-case-reminded.event.ts';
import { VerificationDecidedEvent } from '../events/verification-decided.event.ts';
import { BLANK_CASE, type CaseDocument, type VerificationCaseState } from './verification-case.state.ts';

type VerificationCaseEvents =
  | typeof VerificationCaseOpenedEvent
  | typeof VerificationCaseAssignedEvent
  | typeof VerificationCaseClosedEvent
  | typeof VerificationCaseRemindedEvent
  | typeof VerificationCaseEscalatedEvent
  | typeof VerificationDecidedEvent;

/** What a tutor submitted. */
export interface Submission {
  readonly tutorId: string;
  readonly userId: string;
  readonly attempt: number;
  readonly documentIds: readonly string[];
  readonly subjects: VerificationCaseState['subjects'];
}

type DecidedDocument = VerificationDecidedEvent['payload']['documents'][number];

/** One submission of a tutor under review: `open → assigned → approved | rejected | info_requested`, `open | assigned → closed`. */
export class VerificationCase extends AggregateRoot<VerificationCaseEvents> {
  static override readonly AGGREGATE_TYPE = 'VerificationCase';
  #state = BLANK_CASE;

  protected readonly when: When<VerificationCaseEvents> = {
    'verification.case_opened': ({ caseId, tutorId, attempt, dueAt }) => this.#change({ id: caseId, tutorId, attempt, dueAt }),
    'verification.case_assigned': ({ assignee }) => this.#change({ status: 'assigned', assignee }),
    'verification.case_closed': ({ reason }) => this.#change({ status: 'closed', closedFor: reason }),
    'verification.case_reminded': () => this.#change({ reminded: true }),
    'verification.case_escalated': () => this.#change({ escalated: true }),
    'verification.decided': ({ decision, reason, feedback = null, items = [], documents, decidedBy }) =>
      this.#change({
        status: decision,
        decision: { reason, feedback, items, decidedBy },
        documents: judged(this.#state.documents, documents),
      }),
  };

  static open(caseId: string, { documentIds, userId, subjects, tutorId, attempt }: Submission, dueAt: Date): VerificationCase {
    const opened = new VerificationCase();
    opened.record(new VerificationCaseOpenedEvent({ caseId, tutorId, attempt, dueAt: dueAt.toISOString() }));
    // The event names none of these: who listens knows them from the submission.
    opened.#change({ userId, subjects, documents: documentIds.map((id) => ({ id, status: 'undecided' })) });
    return opened;
  }

  static rehydrate(state: VerificationCaseState, position: StreamPosition): VerificationCase {
    const rehydrated = new VerificationCase();
    rehydrated.#state = state;
    rehydrated.standAt(position);
    return rehydrated;
  }

  /** The case that a whole history leads to, for reading only: its position names no hash to append to. */
  static replay(history: readonly Pick<BaseDomainEvent, 'eventName' | 'payload'>[]): VerificationCase {
    const replayed = new VerificationCase();
    for (const { eventName, payload } of history) replayed.fold(eventName, payload);
    replayed.standAt({ ...NO_STREAM, version: history.length });
    return replayed;
  }

  get id(): string {
    return this.#state.id;
  }
  get state(): VerificationCaseState {
    return this.#state;
  }
  get undecided(): boolean {
    return this.#state.status === 'open' || this.#state.status === 'assigned';
  }

  /** The same assignee again changes nothing. Throws AlreadyDecided, OwnCase. */
  assign(assignee: string): void {
    this.#assertJudge(assignee);
    if (assignee === this.#state.assignee) return;
    this.record(new VerificationCaseAssignedEvent({ ...this.#about(), assignee }));
  }

  /** Throws AlreadyDecided, OwnCase, UnknownDocument, and DocumentsUndecided unless every document is approved. */
  approve(by: string, notes: string, approvedDocuments: readonly string[]): void {
    this.#assertJudge(by);
    this.#assertKnown(approvedDocuments);
    const undecided = this.#state.documents.map(({ id }) => id).filter((id) => !approvedDocuments.includes(id));
    if (undecided.length > 0) throw new DocumentsUndecided(this.id, undecided);
    const documents = approvedDocuments.map((id): DecidedDocument => ({ id, status: 'approved' }));
    this.#decide({ decision: 'approved', reason: notes, documents, decidedBy: by });
  }

  /** Documents that are not rejected are approved: the next attempt need not bring them again. Throws AlreadyDecided, OwnCase, UnknownDocument. */
  reject(by: string, { reason, feedback }: { reason: string; feedback: string }, rejectedDocuments: readonly string[]): void {
    this.#assertJudge(by);
    this.#assertKnown(rejectedDocuments);
    const documents = this.#state.documents.map(({ id }): DecidedDocument => ({
      id,
      status: rejectedDocuments.includes(id) ? 'rejected' : 'approved',
    }));
    this.#decide({ decision: 'rejected', reason, feedback, documents, decidedBy: by });
  }

  /** The documents stay undecided until the next attempt. Throws AlreadyDecided, OwnCase. */
  requestInfo(by: string, items: readonly string[]): void {
    this.#assertJudge(by);
    this.#decide({ decision: 'info_requested', reason: 'info_requested', items, documents: [], decidedBy: by });
  }

  /** Nobody has to decide any more; a decided case stays as it is. */
  close(reason: string): void {
    if (this.undecided) this.record(new VerificationCaseClosedEvent({ ...this.#about(), reason }));
  }

  /** False: nothing to be reminded of. */
  remind(): boolean {
    if (!this.undecided || this.#state.reminded) return false;
    this.record(new VerificationCaseRemindedEvent(this.#about()));
    return true;
  }

  /** False: nothing to escalate. */
  escalate(): boolean {
    if (!this.undecided || this.#state.escalated) return false;
    this.record(new VerificationCaseEscalatedEvent(this.#about()));
    return true;
  }

  #decide(decision: Omit<VerificationDecidedEvent['payload'], 'caseId' | 'tutorId' | 'attempt'>): void {
    this.record(new VerificationDecidedEvent({ ...this.#about(), ...decision }));
  }

  #assertJudge(by: string): void {
    if (!this.undecided) throw new AlreadyDecided(this.id, this.#state.status);
    if (by === this.#state.userId) throw new OwnCase(this.id);
  }

  #assertKnown(documentIds: readonly string[]): void {
    const unknown = documentIds.filter((id) => !this.#state.documents.some((document) => document.id === id));
    if (unknown.length > 0) throw new UnknownDocument(this.id, unknown);
  }

  #about(): { caseId: string; tutorId: string; attempt: number } {
    const { id: caseId, tutorId, attempt } = this.#state;
    return { caseId, tutorId, attempt };
  }

  #change(change: Partial<VerificationCaseState>): void {
    this.#state = { ...this.#state, ...change };
  }
}

function judged(documents: readonly CaseDocument[], decided: readonly DecidedDocument[]): CaseDocument[] {
  const statuses = new Map(decided.map(({ id, status }) => [id, status]));
  return documents.map(({ id, status }) => ({ id, status: statuses.get(id) ?? status }));
}
