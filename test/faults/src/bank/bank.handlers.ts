import { Database, DomainError, Subscription, UnitOfWork } from '@edtech/shared-kernel';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { AccountCreditedEvent, AccountDebitedEvent, AccountOpenedEvent } from './account.entity.ts';

type Moved = AccountDebitedEvent | AccountCreditedEvent;

export class StatementForbidden extends DomainError {
  readonly code = 'STATEMENT_FORBIDDEN';

  constructor(readonly accountId: string) {
    super(`no statement of ${accountId} may be written`);
  }
}

/** An effect in our database. Fails while the account is poisoned. Throws StatementForbidden when that is hopeless. */
@EventsHandler(AccountDebitedEvent, AccountCreditedEvent)
@Subscription('bank-service.statement')
export class WriteStatement implements IEventHandler<Moved> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async handle({ eventId, eventName, payload: { accountId, amount } }: Moved): Promise<void> {
    const client = await this.unitOfWork.client();
    const { rows } = await client.query<{ hopeless: boolean }>({
      name: 'poisoned',
      text: 'SELECT hopeless FROM poisoned WHERE account_id = $1',
      values: [accountId],
    });
    const [poison] = rows;
    if (poison?.hopeless) throw new StatementForbidden(accountId);
    if (poison !== undefined) throw new Error(`the statement of ${accountId} cannot be written`);
    await client.query({
      name: 'statement',
      text: 'INSERT INTO statements (event_id, account_id, delta) VALUES ($1, $2, $3)',
      values: [eventId, accountId, eventName === AccountDebitedEvent.EVENT_NAME ? -amount : amount],
    });
  }
}

/** An effect on the outside: another connection stands for another system. */
@EventsHandler(AccountOpenedEvent)
@Subscription('bank-service.notice', { effect: 'outside' })
export class SendNotice implements IEventHandler<AccountOpenedEvent> {
  constructor(private readonly database: Database) {}

  async handle({ eventId }: AccountOpenedEvent): Promise<void> {
    await this.database.query({ text: 'INSERT INTO notices (message_id) VALUES ($1)', values: [eventId] });
  }
}
