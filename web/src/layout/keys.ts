/** Keys pressed in a field, or while Chinese is being composed, belong to what is typed. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return true;
  const at = event.target as HTMLElement | null;
  return !!at && (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable);
}
