import { Access, CurrentPrincipal, RateLimit, type Principal } from '@edtech/shared-kernel';
import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { ChargePaymentCommand } from '../application/commands/charge-payment.command.ts';
import { CancelPaymentUseCase } from '../application/use-cases/cancel-payment.usecase.ts';
import { ChargePaymentUseCase } from '../application/use-cases/charge-payment.usecase.ts';
import { ConfirmPaymentUseCase } from '../application/use-cases/confirm-payment.usecase.ts';
import { CreatePaymentUseCase } from '../application/use-cases/create-payment.usecase.ts';
import { RequestRefundUseCase, type RefundView } from '../application/use-cases/request-refund.usecase.ts';
import type { ChargeView } from '../application/views/charge.view.ts';
import * as responses from './payments.responses.ts';
import * as schemas from './payments.schemas.ts';

/** Where money moves, nobody has a reason to be quick. */
const STRICT = { burst: 20, perMinute: 30 };

@Controller('payments')
export class PaymentsController {
  constructor(
    private readonly createPayment: CreatePaymentUseCase,
    private readonly chargePayment: ChargePaymentUseCase,
    private readonly confirmPayment: ConfirmPaymentUseCase,
    private readonly cancelPayment: CancelPaymentUseCase,
    private readonly requestRefund: RequestRefundUseCase,
  ) {}

  @Post()
  @ApiCreatedResponse({ standardSchema: responses.Charge })
  @Access('internal')
  async create(@Body({ schema: schemas.CreatePayment }) body: z.output<typeof schemas.CreatePayment>): Promise<ChargeView> {
    return this.chargePayment.execute(new ChargePaymentCommand(await this.createPayment.execute(body)));
  }

  @Post(':id/confirm')
  @RateLimit(STRICT)
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Charge })
  @Access('student')
  confirm(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.PaymentId }) paymentId: string,
    @Headers('idempotency-key') commandId: string | undefined,
    @Body({ schema: schemas.ConfirmPayment }) body: z.output<typeof schemas.ConfirmPayment>,
  ): Promise<ChargeView> {
    return this.confirmPayment.execute({ paymentId, studentId: me.id, commandId, paymentMethodId: body?.paymentMethodId });
  }

  @Post(':id/cancel')
  @RateLimit(STRICT)
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Charge })
  @Access('student')
  cancel(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.PaymentId }) paymentId: string,
    @Body({ schema: schemas.Nothing }) _body: unknown,
  ): Promise<ChargeView> {
    return this.cancelPayment.execute(paymentId, me.id);
  }

  @Post(':id/refunds')
  @RateLimit(STRICT)
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: responses.Refund })
  @Access('student', 'admin:support')
  refund(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.PaymentId }) paymentId: string,
    @Headers('idempotency-key') commandId: string | undefined,
    @Body({ schema: schemas.RequestRefund }) { amount, reason }: z.output<typeof schemas.RequestRefund>,
  ): Promise<RefundView> {
    const by = { id: me.id, isStudent: me.role === 'student' };
    return this.requestRefund.execute({ paymentId, commandId, amount, reason, by });
  }
}
