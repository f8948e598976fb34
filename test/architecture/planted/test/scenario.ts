import { alphaService } from '../apps/alpha-service/src/alpha-service.module.ts';
import { PlaceOrderUseCase } from '../apps/alpha-service/src/application/use-cases/place-order.usecase.ts';

export const scenario = [alphaService, PlaceOrderUseCase];
