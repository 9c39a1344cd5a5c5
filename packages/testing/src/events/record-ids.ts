/** The index of a record, counted from one, as hex digits: part of an id that is unique in its event. */
export function idOf(index: number, digits: number): string {
  return (index + 1).toString(16).padStart(digits, '0');
}
