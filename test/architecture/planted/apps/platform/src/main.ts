import { alphaService } from '../../alpha-service/src/alpha-service.module.ts';
import { startLocal } from '../../../libs/local-aws/src/start-local.ts';
import { PlaceOrderUseCase } from '../../alpha-service/src/application/use-cases/place-order.usecase.ts';

export const platform = [alphaService, startLocal, PlaceOrderUseCase];
