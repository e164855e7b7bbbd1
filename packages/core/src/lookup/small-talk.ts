/**
 * What nobody's policy answers, in several languages. How near these come to the passages of a base says which nearness means
 * nothing there. Written for this, taken from no data set that anything is measured with.
 */
export const smallTalk = [
  "Hello, is anybody there?",
  "Good morning, how are you today?",
  "Thank you so much, have a nice weekend!",
  "Okay, give me a second please.",
  "Yes, that is right.",
  "No, nothing else, bye.",
  "You have been very helpful.",
  "Are you a real person or a robot?",
  "What a rainy day it is here.",
  "Who won the football match last night?",
  "Can you tell me a joke?",
  "I have been waiting for an hour and I am really annoyed.",
  "My cousin is getting married in June.",
  "How do I bake a chocolate cake?",
  "Which book should I read next?",
  "Let me look for it, one moment.",
  "Guten Tag, ist da jemand?",
  "Vielen Dank, schönes Wochenende!",
  "Bonjour, comment allez-vous ?",
  "Merci beaucoup, bonne journée.",
  "Hola, ¿qué tal?",
  "Gracias, eso es todo.",
  "Dzień dobry, czy jest tam ktoś?",
  "Dziękuję bardzo, miłego dnia.",
];
