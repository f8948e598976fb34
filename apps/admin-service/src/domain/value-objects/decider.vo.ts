import type { Duty } from './duty.vo.ts';

/** The administrator who decides, as the token says. */
export interface Decider {
  readonly id: string;
  readonly role?: string | undefined;
  readonly duties: readonly string[];
}

/** A superadmin has every duty. */
export function hasDuty({ role, duties }: Decider, wanted: readonly Duty[]): boolean {
  return role === 'superadmin' || wanted.some((duty) => duties.includes(duty));
}
