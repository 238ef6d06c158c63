// A hostile page: tries every way in which a page reaches another origin, and tells what it could read. `bucket` is
// the URL of a bucket that anyone may read and write who is no web page; `links` are links that work elsewhere.

/** How long an answer may take before it counts as none. */
const PATIENCE_MS = 5000;

const events = (element, good, bad) =>
  new Promise((resolve) => {
    element.addEventListener(good, () => resolve("came"));
    element.addEventListener(bad, () => resolve("refused"));
    setTimeout(() => resolve("nothing"), PATIENCE_MS);
  });

async function fetched(url, options) {
  try {
    const response = await fetch(url, options);
    const text = await response.text();
    return text === "" ? `${response.type}, nothing to read` : `read: ${text.slice(0, 80)}`;
  } catch (error) {
    return error.name;
  }
}

function element(tag, attributes) {
  const made = document.createElement(tag);
  Object.assign(made, attributes);
  return made;
}

async function image(url) {
  const made = element("img", { src: url });
  const outcome = await events(made, "load", "error");
  return made.naturalWidth > 0 ? "read: a picture" : outcome;
}

async function script(url) {
  const made = element("script", { src: url });
  const outcome = events(made, "load", "error");
  document.head.append(made);
  await outcome;
  return globalThis.stolen === undefined ? "refused" : `read: ${globalThis.stolen}`;
}

async function style(url) {
  const probe = element("p", { id: "probe" });
  document.body.append(probe);
  const made = element("link", { rel: "stylesheet", href: url });
  const outcome = events(made, "load", "error");
  document.head.append(made);
  await outcome;
  const color = getComputedStyle(probe).color;
  return color === "rgb(1, 2, 3)" ? "read: a colour" : "refused";
}

async function media(tag, url) {
  const made = element(tag, { src: url });
  const outcome = await events(made, "loadedmetadata", "error");
  return outcome === "came" ? "read: a film" : outcome;
}

/** Sends a form into a frame. */
async function form(url, method, enctype, fields) {
  const frame = element("iframe", { name: `frame${Math.random()}` });
  document.body.append(frame);
  const made = element("form", { action: url, method, enctype, target: frame.name });
  for (const [name, value] of Object.entries(fields)) {
    made.append(element("input", { name, value }));
  }
  document.body.append(made);
  const outcome = events(frame, "load", "error");
  made.submit();
  await outcome;
  return framed(frame);
}

async function iframe(url) {
  const made = element("iframe", { src: url });
  const outcome = events(made, "load", "error");
  document.body.append(made);
  await outcome;
  return framed(made);
}

function framed(frame) {
  try {
    const text = frame.contentDocument?.body?.textContent ?? "";
    return text === "" ? "nothing to read" : `read: ${text.slice(0, 80)}`;
  } catch (error) {
    return error.name;
  }
}

async function eventSource(url) {
  const source = new EventSource(url);
  const outcome = await events(source, "message", "error");
  source.close();
  return outcome === "came" ? "read: an event" : outcome;
}

async function webSocket(url) {
  const socket = new WebSocket(url.replace("http://", "ws://"));
  const outcome = await events(socket, "open", "error");
  socket.close();
  return outcome === "came" ? "read: a socket" : outcome;
}

async function xhr(method, url, body) {
  const request = new XMLHttpRequest();
  request.open(method, url);
  const outcome = events(request, "load", "error");
  request.send(body);
  await outcome;
  return request.responseText === "" ? "refused" : `read: ${request.responseText.slice(0, 80)}`;
}

const simple = { method: "POST", body: "hostile", headers: { "content-type": "text/plain" } };

globalThis.run = async ({ bucket, endpoint, links }) => {
  const noCors = { mode: "no-cors" };
  const seen = {
    "fetch": await fetched(`${bucket}/secret.txt`),
    "fetch with credentials": await fetched(`${bucket}/secret.txt`, { credentials: "include" }),
    "fetch of the list": await fetched(`${bucket}?list-type=2`),
    "fetch of the buckets": await fetched(`${endpoint}/`),
    "fetch no-cors": await fetched(`${bucket}/secret.txt`, noCors),
    "fetch PUT": await fetched(`${bucket}/put`, { method: "PUT", body: "hostile" }),
    "fetch DELETE": await fetched(`${bucket}/secret.txt`, { method: "DELETE" }),
    "fetch POST": await fetched(`${bucket}/post`, simple),
    "fetch POST no-cors": await fetched(`${bucket}/post`, { ...simple, ...noCors }),
    "fetch POST ?delete no-cors": await fetched(`${bucket}?delete`, {
      ...simple,
      ...noCors,
      body: "<Delete><Object><Key>secret.txt</Key></Object></Delete>",
    }),
    "fetch POST ?uploads no-cors": await fetched(`${bucket}/parts?uploads`, { ...simple, ...noCors }),
    "fetch form no-cors": await fetched(bucket, { method: "POST", body: formData(), ...noCors }),
    "fetch form": await fetched(bucket, { method: "POST", body: formData() }),
    "fetch of a link": await fetched(links.get),
    "fetch of a link, no-cors": await fetched(links.get, noCors),
    "fetch PUT to a link": await fetched(links.put, { method: "PUT", body: "hostile" }),
    "xhr GET": await xhr("GET", `${bucket}/secret.txt`),
    "xhr POST": await xhr("POST", `${bucket}/post`, "hostile"),
    "image": await image(`${bucket}/pixel.png`),
    "image of a link": await image(links.image),
    "script": await script(`${bucket}/spy.js`),
    "script of a link": await script(links.script),
    "style": await style(`${bucket}/style.css`),
    "video": await media("video", `${bucket}/film.webm`),
    "form GET": await form(`${bucket}/secret.txt`, "get", "", {}),
    "form POST": await form(bucket, "post", "application/x-www-form-urlencoded", { key: "form" }),
    "form POST ?delete": await form(`${bucket}?delete`, "post", "text/plain", {
      "<Delete><Object><Key>secret.txt</Key></Object></Delete><!--": "-->",
    }),
    "form POST multipart": await form(bucket, "post", "multipart/form-data", {
      key: "form",
      file: "hostile",
    }),
    "iframe": await iframe(`${bucket}/secret.txt`),
    "event source": await eventSource(`${bucket}/events`),
    "web socket": await webSocket(`${bucket}/secret.txt`),
  };
  seen["beacon"] = navigator.sendBeacon(`${bucket}/beacon`, "hostile") ? "sent" : "not sent";
  seen["beacon with a form"] = navigator.sendBeacon(bucket, formData()) ? "sent" : "not sent";
  // What the beacons were answered is told to nobody; a request behind them comes after them.
  await fetched(`${bucket}/secret.txt`, noCors);
  return seen;
};

function formData() {
  const data = new FormData();
  data.append("key", "form");
  data.append("file", new Blob(["hostile"]), "file.txt");
  return data;
}
