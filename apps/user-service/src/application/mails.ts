import type { Mail } from '@edtech/shared-kernel/application';

type Letter = Omit<Mail, 'to' | 'messageId'>;

export function welcome(firstName: string): Letter {
  return {
    subject: 'Welcome to EdTech',
    text: `Hello ${firstName},\n\nyour account is ready. Sign in to find a tutor or to offer lessons.\n`,
  };
}

export function promotedToTutor(firstName: string): Letter {
  return {
    subject: 'You are a tutor now',
    text: `Hello ${firstName},\n\nplease complete your profile and hand in your documents: students find you once they are verified.\n`,
  };
}

export function promotedToAdmin(firstName: string): Letter {
  return {
    subject: 'You are an administrator now',
    text: `Hello ${firstName},\n\nplease sign in again. What you may do depends on the duties you were given.\n`,
  };
}
