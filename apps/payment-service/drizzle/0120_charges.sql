-- The ways to pay that were tried for a payment, in their order. Written down before the provider is asked, so that whoever asks again asks the same.
CREATE TABLE charge_attempts (
  payment_id        text NOT NULL,
  attempt           int  NOT NULL CHECK (attempt >= 1),
  payment_method_id text NOT NULL,
  PRIMARY KEY (payment_id, attempt)
);

-- Bookings that take place no more, with the share of the price that goes back. The news may come before the booking itself.
CREATE TABLE ended_bookings (
  booking_id text PRIMARY KEY,
  reason     text NOT NULL,
  refund_bps int  NOT NULL CHECK (refund_bps BETWEEN 0 AND 10000)
);
