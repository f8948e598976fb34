import { Access, CurrentPrincipal, IfMatch, type Principal } from '@edtech/shared-kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Req, StreamableFile } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConsumes, ApiCreatedResponse, ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { Uploads } from '../application/interfaces/uploads.interface.ts';
import { ChangeRateUseCase } from '../application/use-cases/change-rate.usecase.ts';
import { CreateTutorProfileUseCase } from '../application/use-cases/create-tutor-profile.usecase.ts';
import { GetDashboardUseCase, type DashboardView } from '../application/use-cases/get-dashboard.usecase.ts';
import { GetProfileUseCase } from '../application/use-cases/get-profile.usecase.ts';
import { GetPublicProfileUseCase } from '../application/use-cases/get-public-profile.usecase.ts';
import { ReadDocumentUseCase } from '../application/use-cases/read-document.usecase.ts';
import { ReinstateTutorUseCase } from '../application/use-cases/reinstate-tutor.usecase.ts';
import { RemoveDocumentUseCase } from '../application/use-cases/remove-document.usecase.ts';
import { SetAvailabilityUseCase } from '../application/use-cases/set-availability.usecase.ts';
import { SetListedUseCase } from '../application/use-cases/set-listed.usecase.ts';
import { SubmitForVerificationUseCase } from '../application/use-cases/submit-for-verification.usecase.ts';
import { SuspendTutorUseCase } from '../application/use-cases/suspend-tutor.usecase.ts';
import { UpdateProfileUseCase } from '../application/use-cases/update-profile.usecase.ts';
import { UploadDocumentUseCase } from '../application/use-cases/upload-document.usecase.ts';
import type { PublicProfileView, TutorProfileView } from '../application/views/tutor-profile.view.ts';
import * as responses from './tutors.responses.ts';
import * as schemas from './tutors.schemas.ts';

@Controller('tutors')
export class TutorsController {
  constructor(
    private readonly createProfile: CreateTutorProfileUseCase,
    private readonly getProfile: GetProfileUseCase,
    private readonly getPublicProfile: GetPublicProfileUseCase,
    private readonly getDashboard: GetDashboardUseCase,
    private readonly updateProfile: UpdateProfileUseCase,
    private readonly changeRate: ChangeRateUseCase,
    private readonly setAvailability: SetAvailabilityUseCase,
    private readonly setListed: SetListedUseCase,
    private readonly uploadDocument: UploadDocumentUseCase,
    private readonly removeDocument: RemoveDocumentUseCase,
    private readonly readDocument: ReadDocumentUseCase,
    private readonly submitForVerification: SubmitForVerificationUseCase,
    private readonly suspendTutor: SuspendTutorUseCase,
    private readonly reinstateTutor: ReinstateTutorUseCase,
    private readonly uploads: Uploads,
  ) {}

  @Get('me')
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('tutor')
  me(@CurrentPrincipal() me: Principal): Promise<TutorProfileView> {
    return this.getProfile.execute(me.id);
  }

  @Patch('me')
  @ApiHeader(schemas.ifMatch)
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('tutor')
  updateMe(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.UpdateProfile }) body: z.output<typeof schemas.UpdateProfile>,
    @IfMatch() version: number | undefined,
  ): Promise<TutorProfileView> {
    return this.updateProfile.execute(me.id, body, version);
  }

  @Put('me/rate')
  @ApiHeader(schemas.ifMatch)
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('tutor')
  changeMyRate(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.Rate }) body: z.output<typeof schemas.Rate>,
    @IfMatch() version: number | undefined,
  ): Promise<TutorProfileView> {
    return this.changeRate.execute(me.id, body, version);
  }

  @Put('me/availability')
  @ApiHeader(schemas.ifMatch)
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('tutor')
  setMyAvailability(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.Availability }) body: z.output<typeof schemas.Availability>,
    @IfMatch() version: number | undefined,
  ): Promise<TutorProfileView> {
    return this.setAvailability.execute(me.id, body, version);
  }

  @Put('me/listing')
  @ApiHeader(schemas.ifMatch)
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('tutor')
  setMyListing(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.Listing }) { listed }: z.output<typeof schemas.Listing>,
    @IfMatch() version: number | undefined,
  ): Promise<TutorProfileView> {
    return this.setListed.execute(me.id, listed, version);
  }

  @Post('me/documents')
  @ApiConsumes('multipart/form-data')
  @ApiCreatedResponse({ standardSchema: responses.DocumentUploaded })
  @Access('tutor')
  uploadMyDocument(
    @CurrentPrincipal() me: Principal,
    @Body({ schema: schemas.UploadedDocument }) body: z.output<typeof schemas.UploadedDocument>,
    @Req() request: object,
  ): Promise<{ documentId: string }> {
    return this.uploadDocument.execute(me.id, { ...body, ...this.uploads.of(request) });
  }

  @Delete('me/documents/:id')
  @HttpCode(204)
  @Access('tutor')
  removeMyDocument(
    @CurrentPrincipal() me: Principal,
    @Param('id', { schema: schemas.DocumentId }) documentId: string,
  ): Promise<void> {
    return this.removeDocument.execute(me.id, documentId);
  }

  @Post('me/submit')
  @HttpCode(202)
  @ApiAcceptedResponse({ standardSchema: responses.Submitted })
  @Access('tutor')
  submitMe(@CurrentPrincipal() me: Principal, @Body({ schema: schemas.Nothing }) _body: unknown): Promise<{ attempt: number }> {
    return this.submitForVerification.execute(me.id);
  }

  @Get('me/dashboard')
  @ApiOkResponse({ standardSchema: responses.Dashboard })
  @Access('tutor')
  myDashboard(@CurrentPrincipal() me: Principal): Promise<DashboardView> {
    return this.getDashboard.execute(me.id);
  }

  @Get('by-user/:userId')
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('internal')
  byUser(@Param('userId', { schema: schemas.TutorId }) userId: string): Promise<TutorProfileView> {
    return this.getProfile.execute(userId);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: responses.PublicProfile })
  @Access('public')
  show(@Param('id', { schema: schemas.TutorId }) id: string): Promise<PublicProfileView> {
    return this.getPublicProfile.execute(id);
  }

  @Post()
  @ApiCreatedResponse({ standardSchema: responses.Profile })
  @Access('internal')
  create(@Body({ schema: schemas.CreateTutor }) body: z.output<typeof schemas.CreateTutor>): Promise<TutorProfileView> {
    return this.createProfile.execute(body);
  }

  @Get(':id/documents/:documentId/content')
  @ApiOkResponse({ description: 'The bytes of the document', content: schemas.documentContent })
  @Access('internal')
  async content(
    @Param('id', { schema: schemas.TutorId }) id: string,
    @Param('documentId', { schema: schemas.DocumentId }) documentId: string,
  ): Promise<StreamableFile> {
    const { mediaType, bytes } = await this.readDocument.execute(id, documentId);
    return new StreamableFile(bytes, { type: mediaType, disposition: 'attachment', length: bytes.length });
  }

  @Post(':id/suspend')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('admin:support')
  suspend(
    @Param('id', { schema: schemas.TutorId }) id: string,
    @Body({ schema: schemas.Reason }) { reason }: z.output<typeof schemas.Reason>,
  ): Promise<TutorProfileView> {
    return this.suspendTutor.execute(id, reason);
  }

  @Post(':id/reinstate')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: responses.Profile })
  @Access('admin:support')
  reinstate(
    @Param('id', { schema: schemas.TutorId }) id: string,
    @Body({ schema: schemas.Reason }) { reason }: z.output<typeof schemas.Reason>,
  ): Promise<TutorProfileView> {
    return this.reinstateTutor.execute(id, reason);
  }
}
