import { createHash, randomUUID } from 'node:crypto';
import multipart, { type Multipart } from '@fastify/multipart';
import { BadRequestException, Injectable, UnsupportedMediaTypeException, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Uploads, type UploadedFile } from '../../application/interfaces/uploads.interface.ts';
import { MOST_DOCUMENT_BYTES } from '../../domain/value-objects/tutor-document.vo.ts';

const ROUTE = '/tutors/me/documents';

/**
 * Reads an upload before its handler runs, once: the handler may be repeated, and the stored answer of an Idempotency-Key is that of one
 * file. The body becomes `{type, fileName, sha256}`. Other routes take JSON only.
 */
@Injectable()
export class MultipartUploads extends Uploads implements OnModuleInit {
  readonly #files = new WeakMap<object, UploadedFile>();

  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {
    super();
  }

  async onModuleInit(): Promise<void> {
    const instance = this.host.httpAdapter.getInstance();
    // One byte more than is taken, so that the rule of the use case can refuse what is too large.
    const limits = { fileSize: MOST_DOCUMENT_BYTES + 1, files: 1, fields: 1, fieldSize: 100, parts: 2 };
    await instance.register(multipart, { limits, throwFileSizeLimit: false });
    instance.addHook('preValidation', async (request) => {
      const takesUpload = request.routeOptions.url === ROUTE && request.method === 'POST';
      if (!takesUpload && !request.isMultipart()) return;
      if (!takesUpload || !request.isMultipart()) throw new UnsupportedMediaTypeException();
      try {
        request.body = await this.#read(request, request.parts());
      } catch (cause) {
        throw new BadRequestException('the multipart body cannot be read', { cause });
      }
    });
  }

  of(request: object): UploadedFile {
    const file = this.#files.get(request);
    if (file === undefined) throw new BadRequestException('send the document as multipart/form-data');
    return file;
  }

  async #read(request: object, parts: AsyncIterable<Multipart>): Promise<object> {
    let body = {};
    for await (const part of parts) {
      if (part.type === 'field' && part.fieldname === 'type') body = { ...body, type: part.value };
      if (part.type === 'file') {
        const bytes = await part.toBuffer();
        this.#files.set(request, { documentId: randomUUID(), bytes });
        body = { ...body, fileName: part.filename, sha256: createHash('sha256').update(bytes).digest('hex') };
      }
    }
    return body;
  }
}
