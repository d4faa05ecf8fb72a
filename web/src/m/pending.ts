// Photos still on their way belong to the form around them: it is not sent before they are there.
import { inject, provide, ref, type InjectionKey, type Ref } from 'vue';

const KEY: InjectionKey<Ref<number>> = Symbol('pending');

export function holdPending(): Ref<number> {
  const pending = ref(0);
  provide(KEY, pending);
  return pending;
}
export const usePending = (): Ref<number> => inject(KEY, () => ref(0), true);
