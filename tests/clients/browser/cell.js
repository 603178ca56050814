// What each page sends: the events of its cell, as one person of one account.
const START = Date.UTC(2026, 0, 1);

export function specialOf(cell) {
  const properties = { cell: cell.name };
  if (cell.special === "large") return { ...properties, text: "x".repeat(40_000) };
  if (cell.special === "bad") {
    for (let number = 0; number < 300; number += 1) properties[`k${number}`] = number;
    return properties;
  }
  return null;
}

export function* eventsOf(cell) {
  for (let number = 0; number < cell.events; number += 1) {
    const at = new Date(START + number * 1000);
    const special = number === Math.floor(cell.events / 2) ? specialOf(cell) : null;
    if (special) yield { at, event: "Special", properties: special };
    yield { at, event: "Exported", properties: { cell: cell.name, number } };
  }
}
