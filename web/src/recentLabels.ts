const KEY = 'maskwire.labels';
const MAX_LABELS = 20;

/** The labels used at this browser, the latest first. */
export function recentLabels(): readonly string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(value) ? value.filter((label) => typeof label === 'string').slice(0, MAX_LABELS) : [];
  } catch {
    return [];
  }
}

export function rememberLabel(label: string): void {
  const labels = [label, ...recentLabels().filter((other) => other !== label)].slice(0, MAX_LABELS);
  try {
    localStorage.setItem(KEY, JSON.stringify(labels));
  } catch {
    // Without storage, the labels of the session's objects are still offered.
  }
}
