import { startLocal } from '../../../libs/local-aws/src/start-local.ts';

export const betaService = { start: startLocal };
