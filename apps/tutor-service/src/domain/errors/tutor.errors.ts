import { DomainError } from '@edtech/shared-kernel/domain';

export class AlreadyExists extends DomainError {
  readonly code = 'ALREADY_EXISTS';

  constructor(readonly tutorId: string) {
    super(`user ${tutorId} already has a tutor profile; read that one`);
  }
}

export class InvalidState extends DomainError {
  readonly code = 'INVALID_STATE';

  constructor(
    readonly tutorId: string,
    readonly status: string,
    action: string,
  ) {
    super(`profile ${tutorId} is ${status}; ${action}`);
  }
}

export class ProfileIncomplete extends DomainError {
  readonly code = 'PROFILE_INCOMPLETE';

  constructor(
    readonly tutorId: string,
    readonly missing: readonly string[],
  ) {
    super(`profile ${tutorId} lacks ${missing.join(', ')}; add what is missing and submit again`);
  }
}

export class AttemptsExhausted extends DomainError {
  readonly code = 'ATTEMPTS_EXHAUSTED';

  constructor(
    readonly tutorId: string,
    readonly attempts: number,
  ) {
    super(`profile ${tutorId} was submitted ${attempts} times; ask the support`);
  }
}

export class ContactDataInBio extends DomainError {
  readonly code = 'CONTACT_DATA_IN_BIO';

  constructor(readonly field: string) {
    super(`the ${field} names an e-mail address, phone number or web address; remove it`);
  }
}

export class RateOutOfBounds extends DomainError {
  readonly code = 'RATE_OUT_OF_BOUNDS';

  constructor(
    readonly hourlyRate: number,
    readonly least: number,
    readonly most: number,
  ) {
    super(`an hourly rate of ${hourlyRate} minor units is outside ${least} to ${most}; choose one inside`);
  }
}

export class InvalidZone extends DomainError {
  readonly code = 'INVALID_ZONE';

  constructor(readonly timezone: string) {
    super(`${timezone} is not a time zone of the IANA database; use a name such as Europe/Berlin`);
  }
}

export class InvalidWindow extends DomainError {
  readonly code = 'INVALID_WINDOW';

  constructor(
    readonly place: string,
    readonly from: string,
    readonly to: string,
  ) {
    super(`the window ${from} to ${to} on ${place} does not end after it begins; a window over midnight is two windows`);
  }
}

export class AvailabilityOverlap extends DomainError {
  readonly code = 'AVAILABILITY_OVERLAP';

  constructor(readonly place: string) {
    super(`two windows on ${place} overlap; join them`);
  }
}

export class DocumentLocked extends DomainError {
  readonly code = 'DOCUMENT_LOCKED';

  constructor(
    readonly documentId: string,
    readonly reason: 'approved' | 'under review',
  ) {
    super(`document ${documentId} is ${reason} and stays as it is`);
  }
}

export class DocumentTooLarge extends DomainError {
  readonly code = 'DOCUMENT_TOO_LARGE';

  constructor(readonly mostBytes: number) {
    super(`a document has at most ${mostBytes} bytes; upload a smaller one`);
  }
}

export class UnsupportedDocument extends DomainError {
  readonly code = 'UNSUPPORTED_DOCUMENT';

  constructor() {
    super('the file is neither PDF, JPEG nor PNG by its content; convert it and upload it again');
  }
}
