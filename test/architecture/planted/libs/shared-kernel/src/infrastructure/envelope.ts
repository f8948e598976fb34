import { orderPlaced } from '../../../contracts/src/order.contract.ts';

export const envelope = { payload: orderPlaced };
