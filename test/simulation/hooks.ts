/**
 * Lets a test put another function in the place of one that a module exports: the module is mocked with `hooked`, and from
 * then on whoever imports it calls what is planted, else the real one. Knows no bug.
 */

type Callable = (...args: never[]) => unknown;

const reals = new Map<string, Callable>();
const planted = new Map<string, Callable>();

/** The module with every function but classes looked up at each call. Names must not repeat over the hooked modules. */
export function hooked<Module extends object>(module: Module): Module {
  const entries = Object.entries(module).map(([name, value]: [string, unknown]) => {
    if (typeof value !== "function" || String(value).startsWith("class")) return [name, value];
    reals.set(name, value as Callable);
    return [name, (...args: never[]) => (planted.get(name) ?? (value as Callable))(...args)];
  });
  return Object.fromEntries(entries) as Module;
}

/** Until the answer is called. */
export function plant<F extends Callable>(name: string, make: (real: F) => F): () => void {
  const real = reals.get(name);
  if (real === undefined) throw new Error(`no hooked module exports ${name}`);
  planted.set(name, make(real as F));
  return () => planted.delete(name);
}

/** The same for a method of a class. */
export function plantMethod<C extends object, K extends keyof C>(
  { prototype }: { readonly prototype: C },
  name: K,
  make: (real: C[K]) => C[K],
): () => void {
  const real = prototype[name];
  prototype[name] = make(real);
  return () => {
    prototype[name] = real;
  };
}
