import { UnknownDuty } from '../errors/admin.errors.ts';

export const DUTIES = ['verification', 'support', 'finance', 'compliance', 'operations'] as const;

export type Duty = (typeof DUTIES)[number];

/** Each once, in the order of the list. Throws UnknownDuty. */
export function checkedDuties(names: readonly string[]): Duty[] {
  const unknown = names.filter((name) => !DUTIES.some((duty) => duty === name));
  if (unknown.length > 0) throw new UnknownDuty(unknown, DUTIES);
  return DUTIES.filter((duty) => names.includes(duty));
}
