import type { RefusedRegistration } from '../../domain/entities/refused-registration.entity.ts';
import type { Evidence } from '../../domain/value-objects/registration-evidence.vo.ts';

export abstract class RegistrationRepository {
  /** Inside a unit of work. Keeps it and answers everything known. Others who add to the same registration wait until the unit of work ends. */
  abstract add(userId: string, evidence: Evidence): Promise<ReadonlySet<Evidence>>;
  abstract isRefused(userId: string): Promise<boolean>;
  abstract saveRefusal(refused: RefusedRegistration): Promise<void>;
}
