import { hash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RefundIds, type RefundAsked } from '../../application/interfaces/refund-ids.ts';

@Injectable()
export class HashedRefundIds extends RefundIds {
  override idFor({ paymentId, requestedBy, commandId }: RefundAsked): string {
    if (commandId === undefined) return randomUUID();
    const digits = hash('sha256', JSON.stringify([paymentId, requestedBy, commandId]));
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-a$4-$5');
  }
}
