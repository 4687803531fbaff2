/** For two classes that know each other: keeps the compiler from reading one before it is there. */
export type WrapperType<T> = T;
