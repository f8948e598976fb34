import type { OrderView } from '../../presentation/order-view.ts';

export class OrderViewTable {
  readonly rows: OrderView[] = [];
}
