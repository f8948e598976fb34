import { Access } from '@edtech/shared-kernel';
import { Controller, Headers, HttpCode, Param, Post, Req } from '@nestjs/common';
import { RecordProviderReportUseCase } from '../application/use-cases/record-provider-report.usecase.ts';

@Controller('payments/webhooks')
export class WebhooksController {
  constructor(private readonly recordReport: RecordProviderReportUseCase) {}

  /** The signature covers every byte, so nothing of the body is read before it is checked. */
  @Post(':provider')
  @HttpCode(204)
  @Access('public')
  receive(
    @Param('provider') provider: string,
    @Headers('x-webhook-signature') signature: string | undefined,
    @Req() { rawBody = '' }: { readonly rawBody?: string },
  ): Promise<void> {
    return this.recordReport.execute(provider, { signature, body: rawBody });
  }
}
