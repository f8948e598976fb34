import { OpenItems } from '../application/interfaces/open-items.ts';

/** Nobody has anything open. */
export class NoOpenItems extends OpenItems {
  async hasBookings(): Promise<boolean> {
    return false;
  }

  async hasBalance(): Promise<boolean> {
    return false;
  }
}
