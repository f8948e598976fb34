import type { Lockout } from '../../domain/value-objects/lockout.vo.ts';

/** Failed logins with addresses that nobody here has. */
export abstract class Strangers {
  abstract lockoutOf(email: string): Promise<Lockout>;
  /** Inside a unit of work, until whose end nobody else fails with this address. */
  abstract hold(email: string): Promise<Lockout>;
  abstract save(email: string, lockout: Lockout): Promise<void>;
}
