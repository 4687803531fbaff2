import 'reflect-metadata';
import { Logger, ValidationPipe, type NestApplicationOptions, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { hasDefect } from './defect.js';

const LIFE_MS = 10 * 60_000; // no server outlives a trial for long

type Options = Pick<NestApplicationOptions, 'cors'>;

export async function bootstrap(AppModule: Type<unknown>, options: Options = {}): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'], ...options });
  if (hasDefect('global-pipe')) await app.init(); // the gateways are there before the pipe, which they never see then
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
  app.enableShutdownHooks();
  process.on('unhandledRejection', (error) => Logger.error(error));
  await app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
  setTimeout(() => process.exit(), LIFE_MS).unref();
}
