import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReleaseAuthorizationCommand } from '../commands/release-authorization.command.ts';
import { ChargeAttempts, operationKey } from '../interfaces/charge-attempts.ts';
import { PaymentProvider } from '../interfaces/payment-provider.interface.ts';

/** Lets go what the provider has reserved for a payment that nobody waits for any more. Safe to repeat. Throws ProviderUnavailable. */
@CommandHandler(ReleaseAuthorizationCommand)
export class ReleaseAuthorizationUseCase implements ICommandHandler<ReleaseAuthorizationCommand> {
  constructor(
    private readonly attempts: ChargeAttempts,
    private readonly provider: PaymentProvider,
  ) {}

  async execute({ paymentId }: ReleaseAuthorizationCommand): Promise<void> {
    for (const attempt of await this.attempts.of(paymentId)) {
      const authorization = await this.provider.query(operationKey('authorize', attempt));
      if (authorization?.outcome !== 'authorized') continue;
      const { providerRef } = authorization;
      await this.provider.cancel({ idempotencyKey: operationKey('cancel', attempt), providerRef });
    }
  }
}
