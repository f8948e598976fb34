import { Controller } from '@nestjs/common';
import { Order } from '../domain/entities/order.entity.ts';

@Controller('orders')
export class OrdersController {
  newest(): Order {
    return new Order();
  }
}
