/** Where the provider leads back to: hands its code to the page that opened this window, and to no other origin. */
const query = new URLSearchParams(location.search);
// Out of the address before anything else: it would stay in the history.
history.replaceState(null, "", location.pathname);
const words = document.createElement("p");
words.textContent = window.opener
  ? "You may close this window."
  : "This window belongs to a sign-in that is over. Open Cuecard again from your helpdesk.";
document.body.append(words);
window.opener?.postMessage(
  { source: "cuecard", v: 1, type: "signed-in", code: query.get("code"), state: query.get("state") },
  location.origin,
);
