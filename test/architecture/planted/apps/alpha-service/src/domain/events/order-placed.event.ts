import type { OrderPlaced } from '../../../../../libs/contracts/src/order.contract.ts';
import { Fact } from '../../../../../libs/shared-kernel/src/domain/fact.ts';

export class OrderPlacedEvent extends Fact<OrderPlaced> {}
