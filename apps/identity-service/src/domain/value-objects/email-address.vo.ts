/** The form in which an address is unique: two spellings that reach the same mailbox in practice are the same address. */
export function normalizedEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}
