import type { UnitOfWork } from '@edtech/shared-kernel';
import type { IdentityProvider } from '../../application/interfaces/identity-provider.ts';
import { CognitoIdentityProvider, type CognitoPool } from './cognito.identity-provider.ts';
import { LocalIdentityProvider } from './local.identity-provider.ts';

/** Cognito where a user pool is configured, else this service itself. */
export function chooseProvider(pool: CognitoPool | undefined, unitOfWork: UnitOfWork): IdentityProvider {
  return pool === undefined ? new LocalIdentityProvider(unitOfWork) : new CognitoIdentityProvider(pool);
}
