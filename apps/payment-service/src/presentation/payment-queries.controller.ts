import { Access, CurrentPrincipal, type Principal } from '@edtech/shared-kernel';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { OpenItems, type OpenItemsOfUser } from '../application/interfaces/open-items.interface.ts';
import type { Page } from '../application/interfaces/payment-list.interface.ts';
import { RefundQueue, type QueuedRefund } from '../application/interfaces/refund-queue.interface.ts';
import { StudentStatements, type StudentHistoryLine } from '../application/interfaces/student-statements.interface.ts';
import { DiffPaymentUseCase, type PaymentDiff } from '../application/use-cases/diff-payment.usecase.ts';
import { GetPaymentHistoryUseCase } from '../application/use-cases/get-payment-history.usecase.ts';
import { GetPaymentUseCase } from '../application/use-cases/get-payment.usecase.ts';
import { ListPaymentsUseCase } from '../application/use-cases/list-payments.usecase.ts';
import type { PaymentItem, PaymentView } from '../application/views/payment.view.ts';
import * as responses from './queries.responses.ts';
import * as schemas from './queries.schemas.ts';

@Controller('payments')
export class PaymentQueriesController {
  constructor(
    private readonly getPayment: GetPaymentUseCase,
    private readonly getHistory: GetPaymentHistoryUseCase,
    private readonly diffPayment: DiffPaymentUseCase,
    private readonly listPayments: ListPaymentsUseCase,
    private readonly statements: StudentStatements,
    private readonly refundQueue: RefundQueue,
    private readonly openItems: OpenItems,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: responses.Payments })
  @Access('student', 'tutor', 'admin:finance')
  list(
    @CurrentPrincipal() me: Principal,
    @Query({ schema: schemas.PaymentsQuery }) { limit, cursor, ...filter }: z.output<typeof schemas.PaymentsQuery>,
  ): Promise<Page<PaymentItem>> {
    return this.listPayments.execute(filter, { limit, cursor }, me);
  }

  @Get('me/history')
  @ApiOkResponse({ standardSchema: responses.StudentHistory })
  @Access('student', 'tutor')
  myHistory(
    @CurrentPrincipal() me: Principal,
    @Query({ schema: schemas.PageQuery }) page: z.output<typeof schemas.PageQuery>,
  ): Promise<Page<StudentHistoryLine>> {
    return this.statements.page(me.id, page);
  }

  @Get('refund-queue')
  @ApiOkResponse({ standardSchema: responses.WaitingRefunds })
  @Access('admin:finance')
  waitingRefunds(@Query({ schema: schemas.PageQuery }) page: z.output<typeof schemas.PageQuery>): Promise<Page<QueuedRefund>> {
    return this.refundQueue.page(page);
  }

  @Get('internal/open-items/:userId')
  @ApiOkResponse({ standardSchema: responses.OpenItems })
  @Access('internal')
  openItemsOf(@Param('userId', { schema: schemas.Id }) userId: string): Promise<OpenItemsOfUser> {
    return this.openItems.of(userId);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: responses.AnyPayment })
  @Access('student', 'tutor', 'admin:finance')
  show(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
    @Query({ schema: schemas.PointQuery }) { asOf, version }: z.output<typeof schemas.PointQuery>,
  ): Promise<PaymentView> {
    if (version !== undefined) return this.getPayment.execute(id, me, { version });
    return this.getPayment.execute(id, me, asOf === undefined ? undefined : { asOf });
  }

  @Get(':id/history')
  @ApiOkResponse({ standardSchema: responses.PaymentHistory })
  @Access('student', 'tutor', 'admin:finance')
  history(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
  ): ReturnType<GetPaymentHistoryUseCase['execute']> {
    return this.getHistory.execute(id, me);
  }

  @Get(':id/diff')
  @ApiOkResponse({ standardSchema: responses.PaymentDifference })
  @Access('student', 'tutor', 'admin:finance')
  diff(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.Id }) id: string,
    @Query({ schema: schemas.DiffQuery }) versions: z.output<typeof schemas.DiffQuery>,
  ): Promise<PaymentDiff> {
    return this.diffPayment.execute(id, versions, me);
  }
}
