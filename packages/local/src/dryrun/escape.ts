const marks: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** Past conversations are others' words: none of them may become markup. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark]!);
