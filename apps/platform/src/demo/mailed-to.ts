import { type Api, itemsOf, textAt, type Json } from './api.ts';

/** The newest mail to this address with such a subject. */
export async function mailedTo(api: Api, address: string, subject: RegExp): Promise<Json | undefined> {
  const { body } = await api.call('GET', '/mailbox');
  return itemsOf(body).find((mail) => textAt(mail, 'to').includes(address) && subject.test(textAt(mail, 'subject')));
}
