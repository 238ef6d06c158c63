// The page of an application: sends the requests that it is given, one after the other, as any application does.

async function one({ url, method, headers, body, fields }) {
  const options = { method, headers: headers ?? {} };
  if (fields) {
    options.body = new FormData();
    for (const [name, value] of fields) options.body.append(name, value);
    options.body.append("file", new Blob([body], { type: "text/plain" }), "file.txt");
  } else if (body !== undefined && body !== null) {
    options.body = new Blob([body]);
  }
  try {
    const response = await fetch(url, options);
    return {
      status: response.status,
      etag: response.headers.get("etag"),
      text: await response.text(),
    };
  } catch (error) {
    return { error: error.name };
  }
}

globalThis.run = async (requests) => {
  const seen = {};
  for (const request of requests) seen[request.name] = await one(request);
  return seen;
};
