import { resolve } from 'node:path';

interface AdminServiceConfig {
  /** Where the checkpoints of the audit are written beside the database. */
  readonly auditCheckpoints: string;
  /** Holds the private key that signs them. */
  readonly auditKey: string;
  /** Whether a missing key may be made: it would be a new one, and nothing older could be checked with it. */
  readonly mayMakeAuditKey: boolean;
  /** Where the people who check new tutors are reminded. */
  readonly verificationMail: string;
  readonly userServiceUrl: string;
}

export function loadConfig(env: Readonly<Record<string, string | undefined>>): AdminServiceConfig {
  return {
    auditCheckpoints: resolve(given(env['ADMIN_AUDIT_CHECKPOINTS']) ?? '.data/audit/checkpoints.ndjson'),
    auditKey: resolve(given(env['ADMIN_AUDIT_KEY']) ?? '.data/audit/key.pem'),
    mayMakeAuditKey: env['NODE_ENV'] !== 'production',
    verificationMail: given(env['ADMIN_VERIFICATION_MAIL']) ?? 'verification@edtech.example',
    userServiceUrl: given(env['USER_SERVICE_URL']) ?? 'http://127.0.0.1:3002',
  };
}

function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
