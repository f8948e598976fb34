import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const orderPlaced = z.strictObject({ orderId: z.string().default(() => randomUUID()) });
export type OrderPlaced = z.infer<typeof orderPlaced>;
