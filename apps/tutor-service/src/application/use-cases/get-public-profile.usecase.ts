import { Injectable } from '@nestjs/common';
import { Clock } from '@edtech/shared-kernel/application';
import { NotFound } from '@edtech/shared-kernel/domain';
import { TutorProfileRepository } from '../interfaces/repository.interface.ts';
import { publicProfileView, type PublicProfileView } from '../views/tutor-profile.view.ts';

/** A profile that the public may not see does not exist for it. */
@Injectable()
export class GetPublicProfileUseCase {
  constructor(
    private readonly profiles: TutorProfileRepository,
    private readonly clock: Clock,
  ) {}

  async execute(tutorId: string): Promise<PublicProfileView> {
    const profile = await this.profiles.find(tutorId);
    if (!profile?.visible) throw new NotFound('Tutor', tutorId);
    return publicProfileView(profile, this.clock.now());
  }
}
