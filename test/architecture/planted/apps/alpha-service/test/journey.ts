import { startLocal } from '../../../libs/local-aws/src/start-local.ts';
import { Debt } from '../../beta-service/src/domain/entities/debt.entity.ts';

export const journey = { local: startLocal, debt: new Debt() };
