import { z } from 'zod';
import { SERVICE_NAME } from '../constants.ts';

export const orderView = z.strictObject({ orderId: z.string(), service: z.literal(SERVICE_NAME) });
export type OrderView = z.infer<typeof orderView>;
