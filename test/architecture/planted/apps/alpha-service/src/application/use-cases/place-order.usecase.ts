import { Injectable } from '@nestjs/common';
import { orderPlaced } from '../../../../../libs/contracts/src/order.contract.ts';
import { OrderTable } from '../../infrastructure/repositories/order-table.ts';

@Injectable()
export class PlaceOrderUseCase {
  constructor(private readonly orders: OrderTable) {}
  execute(order: unknown): void {
    this.orders.add(orderPlaced.parse(order).orderId);
  }
}
