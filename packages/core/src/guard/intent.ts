/** What a customer's message asks for beside an answer. Thin lists of phrases; a sentence that is not in them is none of these. */
export function closing(text: string): boolean {
  return /^(?:ok(?:ay)?|great|perfect|super|no)?[\s,.!]*(?:thanks|thank you|thx|danke|merci|gracias|grazie|obrigad[oa]|bye|tschüss)(?:[\s,.!]*(?:so much|a lot|bye|goodbye|schön|tschüss))*[\s.!]*$/iu.test(
    text.trim(),
  );
}
export function wantsHuman(text: string): boolean {
  return /\b(?:speak|talk|chat|connect|transfer)\b.{0,30}\b(?:human|person|agent|representative|someone|manager|supervisor)\b/iu.test(
    text,
  );
}
export function escalation(text: string): boolean {
  return /\b(?:lawyer|attorney|solicitor|sue|legal action|ombudsman|regulator|journalist|small claims|anwalt|rechtsanwalt|avocat|abogado|avvocato|advogado)\b/iu.test(
    text,
  );
}
