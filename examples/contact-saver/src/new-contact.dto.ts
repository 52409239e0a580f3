import { IsEmail, IsString, Length } from 'class-validator';

/** The body of POST /contacts. */
export class NewContact {
  @IsString()
  @Length(1, 100)
  name: string;

  @IsEmail()
  email: string;
}
