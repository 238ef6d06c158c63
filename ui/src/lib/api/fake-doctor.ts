/** The fake's Link Doctor: it reads links as far as the faces of its page need. */
import type { FakeLinks } from "./fake-links";
import type { World } from "./fake-world";
import type { Diagnosis, Finding, LinkView } from "./types";

const fine = (part: Finding["part"], sentence: string): Finding => ({
  part,
  ok: true,
  sentence,
  expected: null,
  found: null,
  cure: null,
});

/** Says why a link, a command, a request or an error does not work. */
export function diagnose(text: string, links: FakeLinks, world: World): Diagnosis {
  const url = urlIn(text);
  if (url === null) {
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
    return code === undefined ? unreadable() : ofError(code);
  }
  if (!url.searchParams.has("X-Amz-Signature")) return unsigned(url);
  const findings = [timeOf(url, world.clock.now()), hostOf(url)];
  const link = links.find(url.href);
  if (link) findings.push(stateOf(link));
  findings.push(fine("region", "The signature is made for us-east-1, as this vault is."));
  findings.push(fine("method", "The request is a GET, as the link was signed for."));
  findings.push(
    link
      ? fine("signature", "The signature is right.")
      : { ...fine("signature", "The link is not one of this vault's list."), ok: null },
  );
  const cause = findings.find(({ ok }) => ok === false);
  return {
    verdict: cause ? cause.sentence : "Nothing is wrong with this link.",
    cause: cause?.part ?? "",
    findings: [...findings].sort((a, b) => Number(b.ok === false) - Number(a.ok === false)),
  };
}

function urlIn(text: string): URL | null {
  const found = /https?:\/\/[^\s'"<>]+/.exec(text)?.[0];
  return found !== undefined && URL.canParse(found) ? new URL(found) : null;
}

function timeOf(url: URL, now: number): Finding {
  const date = url.searchParams.get("X-Amz-Date") ?? "";
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)?.slice(1).map(Number);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts ?? [];
  const begin = Date.UTC(year, month - 1, day, hour, minute, second);
  const end = begin + Number(url.searchParams.get("X-Amz-Expires")) * 1_000;
  if (end > now) return fine("time", `It has not ended; it ends at ${iso(end)}.`);
  return {
    part: "time",
    ok: false,
    sentence: `The link ended at ${iso(end)}.`,
    expected: `opened before ${iso(end)}`,
    found: `now it is ${iso(now)}`,
    cure: "Make a new link; the end of a link that was made cannot be moved.",
  };
}

const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, " UTC");

function hostOf(url: URL): Finding {
  const known = ["127.0.0.1:9000", "192.168.1.20:9443"];
  if (known.includes(url.host)) return fine("host", `It goes to ${url.host}, where Stave listens.`);
  return {
    part: "host",
    ok: false,
    sentence: `The link goes to ${url.host}, which is not the host that it was signed for.`,
    expected: known[0] ?? null,
    found: url.host,
    cure: "Open it under the host it was made for, or make a link for the network.",
  };
}

function stateOf(link: LinkView): Finding {
  switch (link.state) {
    case "revoked":
      return refusedLink("The link was revoked.", "Make a new link.");
    case "usedUp":
      return refusedLink(
        `The link was opened ${String(link.uses)} of ${String(link.maxUses)} times.`,
        "Make a new link, with more uses.",
      );
    default:
      return fine("link", `It is the link “${link.title}”, which is not revoked.`);
  }
}

const refusedLink = (sentence: string, cure: string): Finding => ({
  ...fine("link", sentence),
  ok: false,
  cure,
});

function unsigned(url: URL): Diagnosis {
  const sentence = "The address has no signature.";
  const cure = "Copy the whole link, with all that stands behind the question mark.";
  const missing: Finding = {
    part: "query",
    ok: false,
    sentence,
    expected: "X-Amz-Signature and its companions",
    found: url.search || "nothing behind the path",
    cure,
  };
  return { verdict: sentence, cause: "query", findings: [missing, hostOf(url)] };
}

function ofError(code: string): Diagnosis {
  const sentence = `The answer says ${code}; the request itself is needed to say why.`;
  const finding: Finding = { ...fine("signature", sentence), ok: null };
  finding.cure = "Paste the link or the command as well.";
  return { verdict: sentence, cause: code, findings: [finding] };
}

function unreadable(): Diagnosis {
  const verdict = "This is no link, command, request or error that can be read.";
  return { verdict, cause: "unreadable", findings: [] };
}
