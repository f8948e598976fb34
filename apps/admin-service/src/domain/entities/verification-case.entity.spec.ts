import { expect, describe, test } from 'vitest';
import { AlreadyDecided, DocumentsUndecided, OwnCase, UnknownDocument } from '../errors/case.errors.ts';
import { VerificationCase } from './verification-case.entity.ts';

const [caseId, tutorId, reviewer] = [1, 2, 3].map((end) => `0b9d3f1c-0000-4000-8000-00000000000${end}`);
const DUE = new Date('2026-11-05T12:00:00.000Z');
if (caseId === undefined || tutorId === undefined || reviewer === undefined) throw new Error('three ids were made');

/** The documents are no part of an event, so the case is made, not replayed. */
function opened(): VerificationCase {
  const submission = { tutorId: String(tutorId), userId: String(tutorId), attempt: 2, documentIds: ['d-1', 'd-2'], subjects: [] };
  return VerificationCase.open(String(caseId), submission, DUE);
}
function recorded(one: VerificationCase): string[] {
  return one.getUncommittedEvents().map(({ eventName }) => eventName.slice('verification.'.length));
}

describe('a case', () => {
  test('is approved when every document is', () => {
    const one = opened();
    expect(() => one.approve(reviewer, 'fine', ['d-1'])).toThrow(DocumentsUndecided);
    expect(() => one.approve(reviewer, 'fine', ['d-1', 'd-2', 'd-3'])).toThrow(UnknownDocument);
    expect(recorded(one)).toEqual(['case_opened']);
    one.approve(reviewer, 'fine', ['d-1', 'd-2']);
    expect(one.getUncommittedEvents().at(-1)?.payload).toEqual({
      caseId,
      tutorId,
      attempt: 2,
      decision: 'approved',
      reason: 'fine',
      documents: [
        { id: 'd-1', status: 'approved' },
        { id: 'd-2', status: 'approved' },
      ],
      decidedBy: reviewer,
    });
  });

  test('is decided once, assigned or not', () => {
    const one = opened();
    one.assign(reviewer);
    one.reject(reviewer, { reason: 'blurred', feedback: 'again' }, ['d-1']);
    expect(() => one.assign(reviewer)).toThrow(AlreadyDecided);
    expect(() => one.approve(reviewer, 'fine', ['d-1', 'd-2'])).toThrow(AlreadyDecided);
    expect(() => one.requestInfo(reviewer, ['x'])).toThrow(AlreadyDecided);
    one.close('tutor_suspended');
    expect([one.remind(), one.escalate()]).toEqual([false, false]);
    expect(recorded(one)).toEqual(['case_opened', 'case_assigned', 'decided']);
  });

  test('is no business of the tutor it is about', () => {
    const one = opened();
    expect(() => one.assign(tutorId)).toThrow(OwnCase);
    expect(() => one.approve(tutorId, 'I am good', ['d-1', 'd-2'])).toThrow(OwnCase);
    expect(() => one.reject(tutorId, { reason: 'x', feedback: 'x' }, [])).toThrow(OwnCase);
    expect(() => one.requestInfo(tutorId, ['x'])).toThrow(OwnCase);
    expect(recorded(one)).toEqual(['case_opened']);
  });

  test('keeps its documents undecided when more is asked for', () => {
    const one = opened();
    one.requestInfo(reviewer, ['a certificate']);
    expect(one.state).toMatchObject({ status: 'info_requested', decision: { items: ['a certificate'] } });
    expect(one.state.documents.map(({ status }) => status)).toEqual(['undecided', 'undecided']);
  });

  test('is assigned again to somebody else only', () => {
    const one = opened();
    one.assign(reviewer);
    one.assign(reviewer);
    one.assign('0b9d3f1c-0000-4000-8000-000000000009');
    expect(recorded(one)).toEqual(['case_opened', 'case_assigned', 'case_assigned']);
  });

  test('is reminded of and escalated once', () => {
    const one = opened();
    expect([one.remind(), one.remind(), one.escalate(), one.escalate()]).toEqual([true, false, true, false]);
    expect(recorded(one)).toEqual(['case_opened', 'case_reminded', 'case_escalated']);
  });

  test('is closed once', () => {
    const one = opened();
    one.close('user_erased');
    one.close('tutor_suspended');
    expect(recorded(one)).toEqual(['case_opened', 'case_closed']);
    expect(() => one.approve(reviewer, 'fine', ['d-1', 'd-2'])).toThrow(AlreadyDecided);
  });
});
