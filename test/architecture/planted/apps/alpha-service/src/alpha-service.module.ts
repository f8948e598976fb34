import { Pool } from 'pg';
import { OrdersController } from './presentation/orders.controller.ts';

export const alphaService = { controllers: [OrdersController], pool: new Pool() };
