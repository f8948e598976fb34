import { readFileSync } from 'node:fs';

export class Order {
  readonly terms = readFileSync('terms.txt', 'utf8');
}
