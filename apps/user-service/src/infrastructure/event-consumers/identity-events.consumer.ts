import { Injectable } from '@nestjs/common';
import {
  IdentityEmailVerified,
  IdentityGuardianConsentGranted,
  IdentityRegistered,
  IdentityRegistrationCancelled,
} from '@edtech/contracts';
import { Consumer, Consumes, type RecordedEvent } from '@edtech/shared-kernel';
import { ActivateUserUseCase } from '../../application/use-cases/activate-user.usecase.ts';
import { CancelRegistrationUseCase } from '../../application/use-cases/cancel-registration.usecase.ts';
import { RegisterUserUseCase } from '../../application/use-cases/register-user.usecase.ts';

/** Every event counts by itself: a registration is put together from them in any order. */
@Injectable()
@Consumer({ name: 'user-service.identity-events', order: 'any' })
export class IdentityEventsConsumer {
  constructor(
    private readonly register: RegisterUserUseCase,
    private readonly activate: ActivateUserUseCase,
    private readonly cancel: CancelRegistrationUseCase,
  ) {}

  @Consumes(IdentityRegistered)
  handleRegistered({ payload }: RecordedEvent<IdentityRegistered>): Promise<void> {
    return this.register.execute(payload);
  }

  @Consumes(IdentityEmailVerified)
  handleEmailVerified({ payload }: RecordedEvent<IdentityEmailVerified>): Promise<void> {
    return this.activate.execute(payload.userId, 'email_verified');
  }

  @Consumes(IdentityGuardianConsentGranted)
  handleGuardianConsentGranted({ payload }: RecordedEvent<IdentityGuardianConsentGranted>): Promise<void> {
    return this.activate.execute(payload.userId, 'guardian_consented');
  }

  @Consumes(IdentityRegistrationCancelled)
  handleRegistrationCancelled({ payload }: RecordedEvent<IdentityRegistrationCancelled>): Promise<void> {
    return this.cancel.execute(payload.userId);
  }
}
