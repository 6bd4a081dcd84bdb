// Asks the admin API of the address that this page came from, and nobody else. The token is kept in this tab alone.

const NAME = "larder-token";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let token = sessionStorage.getItem(NAME) || "";
let askForToken = () => {};

export function onTokenNeeded(ask) {
  askForToken = ask;
}

export function hasToken() {
  return token !== "";
}

export function useToken(text) {
  token = text.trim();
  if (token) {
    sessionStorage.setItem(NAME, token);
  } else {
    sessionStorage.removeItem(NAME);
  }
}

async function ask(path, options) {
  const headers = { Accept: "application/json", ...options.headers };
  if (token) {
    headers.Authorization = "Bearer " + token;
  }
  const response = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
  const text = await response.text();
  let json = null;
  try {
    json = JSON.parse(text);
  } catch {
    // What is no JSON is an error's own text.
  }
  if (response.status === 401) {
    askForToken((json && json.error) || "the token is needed");
  }
  if (!response.ok) {
    throw new Refused(response.status, (json && json.error) || text.trim() || "status " + response.status);
  }
  return json;
}

export function get(path, parameters = {}, signal = undefined) {
  const query = new URLSearchParams(parameters).toString();
  return ask(query ? path + "?" + query : path, { method: "GET", signal });
}

export function post(path, body) {
  return ask(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" },
  });
}
