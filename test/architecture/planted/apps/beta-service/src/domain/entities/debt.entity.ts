import type { Instalment } from './instalment.entity.ts';

export class Debt {
  readonly instalments: Instalment[] = [];
}
