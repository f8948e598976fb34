/** Zeros where a UUID carries its version and variant: what is derived from a valid one is a valid one. */
const PAYMENT = '5d1c7a93-e86b-04f2-09d7-3ab46e8015cf';
const ISSUE_REFUND = 'a3607e18-4c9d-0b75-0e42-d86f13b9ca04';

/** The name of a booking's payment: every road to a booking leads to one payment, and no two bookings share one. */
export function paymentIdOf(bookingId: string): string {
  return mixed(bookingId, PAYMENT);
}

/** The name of the refund that an issue with the lesson led to; a refund by the rules is named by the booking itself. */
export function issueRefundIdOf(bookingId: string): string {
  return mixed(bookingId, ISSUE_REFUND);
}

/** Digit by digit, so that different ids stay different. */
function mixed(id: string, mask: string): string {
  return Array.from(id, (digit, at) =>
    digit === '-' ? digit : (Number.parseInt(digit, 16) ^ Number.parseInt(mask.charAt(at), 16)).toString(16),
  ).join('');
}
