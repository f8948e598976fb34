import { InvalidContract } from './invalid-contract.ts';

/** The subject word of every aggregate; answers to an erasure and refused requests belong to no aggregate and are named after the service. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  Account: ['identity'],
  User: ['user'],
  TutorProfile: ['tutor'],
  VerificationCase: ['verification'],
  ApprovalTask: ['approval'],
  AdminUser: ['admin'],
  AuditEntry: ['audit'],
  MatchRequest: ['match'],
  Booking: ['booking'],
  Review: ['review'],
  Payment: ['payment'],
  Payout: ['payout'],
  Erasure: ['identity', 'tutor', 'admin', 'matching', 'payment'],
  AccessDenial: ['identity', 'user', 'tutor', 'admin', 'matching', 'payment'],
};

/** Endings that say "it happened" without -ed; `no_show` and `mismatch` are nouns, kept because everybody in the trade says them. */
const IRREGULAR_PAST = ['paid', 'held', 'sent', 'lost', 'won', 'no_show', 'mismatch'];

const NAME = /^([a-z]+)\.([a-z]+(?:_[a-z]+)*)$/;

/** Throws InvalidContract unless the name is `<subject of the aggregate>.<past_tense_snake>` and carries no version. */
export function assertEventName(name: string, aggregateType: string): void {
  const [, subject = '', action = ''] = NAME.exec(name) ?? [];
  const subjects = SUBJECTS[aggregateType];
  if (!subjects)
    throw new InvalidContract(name, `aggregate ${aggregateType} has no subject word; add it to the list of subjects`);
  if (!subjects.includes(subject))
    throw new InvalidContract(name, `an event of ${aggregateType} is named ${subjects.join(' or ')}.<past_tense>`);
  if (!isPastTense(action)) throw new InvalidContract(name, `"${action}" is not in the past tense; an event is a fact`);
}

function isPastTense(action: string): boolean {
  return action.endsWith('ed') || IRREGULAR_PAST.some((form) => action === form || action.endsWith(`_${form}`));
}
