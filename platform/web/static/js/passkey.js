// Passkeys: made by a form, and used instead of a code. Where a browser has none, the pages are whole without this.

const able = "PublicKeyCredential" in window && "credentials" in navigator;

function bytes(written) {
  const text = atob(written.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function written(buffer) {
  if (!buffer) return undefined;
  const text = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function asked(path) {
  const answer = await fetch(path, { method: "POST" });
  if (!answer.ok) throw new Error(String(answer.status));
  const options = await answer.json();
  options.challenge = bytes(options.challenge);
  for (const key of options.excludeCredentials ?? options.allowCredentials ?? []) key.id = bytes(key.id);
  if (options.user) options.user.id = bytes(options.user.id);
  return { publicKey: options };
}

function told(credential) {
  const { response } = credential;
  return JSON.stringify({
    id: credential.id,
    rawId: written(credential.rawId),
    type: credential.type,
    response: {
      clientDataJSON: written(response.clientDataJSON),
      attestationObject: written(response.attestationObject),
      authenticatorData: written(response.authenticatorData),
      signature: written(response.signature),
      userHandle: written(response.userHandle),
      transports: response.getTransports?.(),
    },
  });
}

async function answered(form, made) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    form.elements.answer.value = told(await made());
  } catch {
    failed.hidden = false;
    return false;
  }
  return true;
}

for (const form of able ? document.querySelectorAll("form[data-make]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await answered(form, async () => navigator.credentials.create(await asked(form.dataset.make)))) form.submit();
  });
}

for (const form of able ? document.querySelectorAll("form[data-use]") : []) {
  const { code } = form.elements;
  const button = form.querySelector("button[data-key]");
  const use = async (action) => {
    if (!(await answered(form, async () => navigator.credentials.get(await asked(form.dataset.use))))) return;
    form.action = action;
    form.submit();
  };
  code.required = false;
  for (const hint of form.querySelectorAll("[data-able]")) hint.hidden = false;
  button?.addEventListener("click", () => use(form.action));
  form.addEventListener("submit", (event) => {
    if (code.value.trim()) return;
    event.preventDefault();
    use(event.submitter?.formAction ?? form.action);
  });
}
