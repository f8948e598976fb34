import { OpenItems } from '../../application/interfaces/open-items.ts';

/** Nobody has anything open: there is no service for lessons or money in this installation that could be asked. */
export class NoOpenItems extends OpenItems {
  async of(): Promise<{ bookings: boolean; balance: boolean }> {
    return { bookings: false, balance: false };
  }
}
