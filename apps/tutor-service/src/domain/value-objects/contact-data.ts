const EMAIL = /[^\s@]+\s?(?:@|\(at\)|\[at\])\s?[^\s@]+\.[a-z]{2,}/i;
const URL = /\bhttps?:|\bwww\.|\b[a-z0-9-]+\.(?:com|net|org|io|dev|edu|co|me|info|eu|uk|de|fr)\b/i;
/** Seven or more digits, with what people put between them. Years and prices are shorter. */
const PHONE = /\+?\d(?:[\s().\-/]{0,2}\d){6,}/;
/** Two years with a dash between them are a period of life, not a number to call. */
const PERIOD = /\b(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)\d{2}\b/g;

/** Whether the text tells how to reach somebody beside the platform: an e-mail address, a phone number or a web address. */
export function containsContactData(text: string): boolean {
  return EMAIL.test(text) || URL.test(text) || PHONE.test(text.replace(PERIOD, ''));
}
