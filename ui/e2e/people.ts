/** The scenes of the window, continued: people, links, requests and the port. */
import { click } from "./keys";
import { heading, shows, type Scene } from "./scenes";
import { expect, fake, gridOf, press } from "./support";

/** Opens the share of an object of the bucket photos, for an audience. */
const share =
  (audience: string, seen: Scene["ready"]): Scene["ready"] =>
  async (page) => {
    const grid = await gridOf(page);
    await grid.getByRole("row", { name: "cover.png" }).click();
    await press(page, "ControlOrMeta+Shift+S");
    await page.getByRole("radio", { name: audience }).check();
    await seen(page);
  };

const LINK_ELSEWHERE =
  "curl -O 'http://192.168.1.20:9000/photos/cover.png?X-Amz-Algorithm=AWS4-HMAC-SHA256" +
  "&X-Amz-Date=20261122T110000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=0f3a'";

export const PEOPLE: Scene[] = [
  { name: "people-list", place: "/identities", ready: shows("night-backup") },
  { name: "people-one", place: "/identities/ada", ready: shows("take-roles") },
  { name: "people-role", place: "/identities/night-backup", ready: shows("cellar") },
  {
    name: "people-policy",
    place: "/identities/visitor",
    ready: click("Add a policy", async (page) => {
      await page.getByLabel("Begin with").selectOption("read-bucket");
      const editor = page.getByLabel("Policy, as JSON");
      await editor.fill((await editor.inputValue()).replace("GetObject", "Get Object"));
      await shows(/is no action\./)(page);
    }),
  },
  {
    name: "people-new-role",
    place: "/identities",
    ready: click("New identity", async (page) => {
      await page.getByRole("radio", { name: "Role" }).check();
      await page.getByRole("button", { name: "Create role" }).click();
      await shows("Type a name.")(page);
    }),
  },
  {
    name: "people-rotate",
    place: "/identities/ada",
    ready: click(/^Rotate STAVE/, click("Make the second key", shows("Secret access key"))),
  },
];

export const LINKS: Scene[] = [
  {
    name: "links-list",
    query: "network=on",
    place: "/links",
    ready: click(/^June, for the family/, shows("192.168.1.44")),
  },
  { name: "links-none", query: "links=none", place: "/links", ready: heading("No links yet") },
  {
    name: "links-doctor",
    place: "/links/doctor",
    ready: async (page) => {
      await page.getByLabel("What does not work?").fill(LINK_ELSEWHERE);
      await press(page, "ControlOrMeta+Enter");
      await shows("Does not match")(page);
    },
  },
  {
    name: "share-network",
    query: "network=blocked",
    place: "/b/photos/",
    ready: share("My network", click("Open to my network", shows("Not reachable."))),
  },
  {
    name: "share-anyone",
    place: "/b/photos/",
    ready: share("Anyone", shows(/cannot be reached from outside/)),
  },
  {
    name: "share-upload",
    place: "/b/photos/",
    ready: share("This computer", async (page) => {
      await page.getByRole("radio", { name: "Upload files" }).check();
      await page.getByLabel("Each at most").fill("much");
      await page.getByRole("button", { name: "Make the link" }).click();
      await shows("Type a size, as 10 MB.")(page);
    }),
  },
  {
    name: "share-made",
    place: "/b/photos/",
    ready: share("This computer", click("Make the link", shows("Copy link"))),
  },
];

export const PORT: Scene[] = [
  {
    name: "requests",
    place: "/requests",
    ready: click(/AccessDenied/, shows(/no policy of ci allows/)),
  },
  {
    name: "requests-none",
    query: "requests=none",
    place: "/requests",
    ready: heading("Nobody has asked anything yet"),
  },
  {
    name: "developer-tls",
    place: "/developer",
    ready: async (page) => {
      await page.getByLabel("Speak TLS").check();
      await expect(page.getByText("AWS_CA_BUNDLE")).toBeVisible();
      await fake(page, "advance", 250);
      await page.getByRole("button", { name: "Make a new certificate…" }).scrollIntoViewIfNeeded();
    },
  },
];
