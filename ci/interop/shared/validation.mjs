// Payload validation: each rule names what is wrong with a value, in class-validator's words.

import { refuse } from './refusal.mjs';

const MAX_TEXT_CHARS = 10_000;
const MAX_NAME_CHARS = 100;

const isEmpty = (value) => value === undefined || value === null || value === '';
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const isId = (value) => Number.isSafeInteger(value) && value > 0;

const wrongIn = (body, shape) =>
  Object.entries(shape).flatMap(([name, rule]) => rule(name, body[name], body).filter(Boolean));

const isLonger = (value, limit, name) =>
  typeof value === 'string' && [...value].length > limit && `${name} must be shorter than or equal to ${limit} characters`;

export const rules = {
  id: (name, value) => [
    isEmpty(value) && `${name} should not be empty`,
    !Number.isSafeInteger(value) && `${name} must be an integer number`,
    Number.isSafeInteger(value) && value <= 0 && `${name} must be a positive number`,
  ],
  /** An id that is a string. */
  name: (name, value) => [
    isEmpty(value) && `${name} should not be empty`,
    typeof value !== 'string' && `${name} must be a string`,
    isLonger(value, MAX_NAME_CHARS, name),
  ],
  text: (name, value) => [
    typeof value !== 'string' && `${name} must be a string`,
    !(typeof value === 'string' && value.trim()) && `${name} should not be empty`,
    isLonger(value, MAX_TEXT_CHARS, name),
  ],
  flag: (name, value) => [typeof value !== 'boolean' && `${name} must be a boolean value`],
  oneOf: (...choices) => (name, value) => [
    !choices.includes(value) && `${name} must be one of the following values: ${choices.join(', ')}`,
  ],
  nested: (shape) => (name, value) =>
    isObject(value) ? wrongIn(value, shape).map((wrong) => `${name}.${wrong}`) : [`${name} must be an object`],
  /** A list of users, each fit for `rule`. */
  members: (rule, most) => (name, value) => {
    if (!Array.isArray(value)) return [`${name} must be an array`];
    return [
      value.length < 2 && `${name} must contain at least 2 elements`,
      value.length > most && `${name} must contain no more than ${most} elements`,
      new Set(value).size !== value.length && `All ${name}'s elements must be unique`,
      ...new Set(value.flatMap((one) => rule(`each value in ${name}`, one).filter(Boolean))),
    ];
  },
};

/** The payload, once nothing in it is wrong. */
export function validated(payload, shape) {
  const body = isObject(payload) ? payload : {};
  const wrong = wrongIn(body, shape);
  return wrong.length ? refuse(400, wrong.join(', ')) : body;
}

/** An id as a path or a query has it. */
export function idIn(text) {
  const id = /^\d+$/.test(text) ? Number(text) : NaN;
  return isId(id) ? id : refuse(400, 'Validation failed (numeric string is expected)');
}
