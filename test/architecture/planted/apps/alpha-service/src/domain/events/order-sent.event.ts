import { orderPlaced } from '../../../../../libs/contracts/src/order.contract.ts';

export const orderSent = orderPlaced.extend({});
