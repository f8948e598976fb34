/** Secrets that cannot be guessed, and the form in which they are kept. */
export abstract class Secrets {
  abstract next(): { readonly secret: string; readonly hash: string };
  abstract hashOf(secret: string): string;
}
