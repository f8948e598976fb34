import type { Mail } from '@edtech/shared-kernel/application';

type Letter = Omit<Mail, 'to' | 'messageId'>;

export function verification(link: string): Letter {
  return {
    subject: 'Please confirm your address',
    text: `Hello,\n\nsomebody, probably you, has registered with this address. Confirm it here:\n\n${link}\n\nIf it was not you, do nothing.\n`,
  };
}

export function guardianQuestion(link: string): Letter {
  return {
    subject: 'Your consent is needed',
    text: `Hello,\n\na minor has registered with us and named you as guardian. Please say here whether you consent:\n\n${link}\n\nWithout your consent the account stays closed.\n`,
  };
}

export function invitation(link: string): Letter {
  return {
    subject: 'An account was made for you',
    text: `Hello,\n\nan account on the platform was made for you. Choose a password here, then you can sign in:\n\n${link}\n`,
  };
}

export function passwordReset(link: string): Letter {
  return {
    subject: 'Choose a new password',
    text: `Hello,\n\nsomebody, probably you, has asked for a new password. Choose it here:\n\n${link}\n\nIf it was not you, do nothing: the old password stays.\n`,
  };
}

export function passwordChanged(): Letter {
  return {
    subject: 'Your password was changed',
    text: 'Hello,\n\nyour password was changed and you were signed out everywhere. If it was not you, ask for a new password at once.\n',
  };
}

export function accountLocked(until: string): Letter {
  return {
    subject: 'Your account is locked for a while',
    text: `Hello,\n\nseveral logins with your address have failed, so nobody can sign in before ${until}. A new password opens it at once.\n`,
  };
}
