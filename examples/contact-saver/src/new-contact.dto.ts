import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsString, Length } from 'class-validator';

/** The body of POST /contacts. */
export class NewContact {
  @ApiProperty({ example: 'Erin Eriksen' })
  @IsString()
  @Length(1, 100)
  name: string;

  @ApiProperty({ example: 'erin@example.com' })
  @IsEmail()
  email: string;
}
