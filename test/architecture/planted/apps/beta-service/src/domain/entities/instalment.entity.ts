import type { Debt } from './debt.entity.ts';

export interface Instalment {
  readonly debt: Debt;
}
