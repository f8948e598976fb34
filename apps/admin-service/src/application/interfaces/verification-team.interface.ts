/** Where the people who check new tutors are reached. */
export abstract class VerificationTeam {
  abstract readonly mailAddress: string;
}
