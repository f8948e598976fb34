import { Access } from '@edtech/shared-kernel';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse } from '@nestjs/swagger';
import { SigningKeys, type PublicKeys } from '../application/interfaces/signing-keys.ts';
import { KeySet } from './identity.responses.ts';

@Controller('.well-known')
export class KeysController {
  constructor(private readonly keys: SigningKeys) {}

  @Get('jwks.json')
  @ApiOkResponse({ standardSchema: KeySet })
  @Access('public')
  published(): Promise<PublicKeys> {
    return this.keys.published();
  }
}
