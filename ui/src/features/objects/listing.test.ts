import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ApiError, useApi, type Api } from "$lib/api";
import type { ListingRequest, RowView } from "$lib/api/types";

import { Listing } from "./listing.svelte";

const request: ListingRequest = {
  bucket: "b",
  prefix: "",
  filter: "",
  sort: "name",
  descending: false,
  showDeleted: false,
};

const rowAt = (index: number, mark = ""): RowView => ({
  kind: "object",
  name: `${mark}${index}`,
  key: `${mark}${index}`,
  sizeBytes: index,
  modified: 0,
  storageClass: "STANDARD",
  contentType: "",
  versionId: "null",
  versions: null,
  etag: "",
});

const openListing = vi.fn<Api["openListing"]>();
const listingRows = vi.fn<Api["listingRows"]>();
const closeListing = vi.fn<Api["closeListing"]>();

/** Answers as a list of that many rows would. */
function serve(count: number, mark = ""): void {
  listingRows.mockImplementation(async ({ start, len }) => ({
    rows: Array.from({ length: Math.max(0, Math.min(len, count - start)) }, (_, at) =>
      rowAt(start + at, mark),
    ),
    known: count,
    complete: true,
  }));
}

function opens(cursor: number, known: number): void {
  openListing.mockResolvedValueOnce({ cursor, known, complete: true, sortable: true });
}

let listing: Listing;

beforeEach(() => {
  vi.resetAllMocks();
  closeListing.mockResolvedValue(undefined);
  useApi({ openListing, listingRows, closeListing } as unknown as Api);
  listing = new Listing();
});

afterEach(() => listing.close());

describe("a list of a million", () => {
  beforeEach(async () => {
    opens(1, 1_000_000);
    serve(1_000_000);
    await listing.open(request, "another");
  });

  test("is there with its first rows", () => {
    expect(listing.known).toBe(1_000_000);
    expect(listing.row(0)?.name).toBe("0");
    expect(listing.opening).toBe(false);
  });

  test("asks for the rows in sight only", async () => {
    listingRows.mockClear();
    listing.want(500_010, 500_050);
    await vi.waitFor(() => expect(listing.row(500_020)?.name).toBe("500020"));
    expect(listingRows.mock.calls).toEqual([[{ cursor: 1, start: 500_000, len: 100 }]]);
    expect(listing.row(400_000)).toBeUndefined();
  });

  test("does not ask twice for what is there or on its way", async () => {
    listingRows.mockClear();
    listing.want(0, 50);
    listing.want(300, 350);
    listing.want(300, 350);
    await vi.waitFor(() => expect(listing.row(300)).toBeDefined());
    expect(listingRows).toHaveBeenCalledTimes(1);
  });

  test("forgets the pages that were not looked at for longest", async () => {
    for (let page = 1; page <= 45; page += 1) {
      listing.want(page * 100, page * 100 + 10);
      await vi.waitFor(() => expect(listing.row(page * 100)).toBeDefined());
    }
    expect(listing.row(0)).toBeUndefined();
    expect(listing.row(4_500)?.name).toBe("4500");
  });

  test("reads a range past the window in pieces the app allows", async () => {
    const rows = await listing.collect(1_000, 1_450);
    expect(rows.map((row) => row.name).at(0)).toBe("1000");
    expect(rows).toHaveLength(450);
    const asked = listingRows.mock.calls.map(([{ len }]) => len);
    expect(Math.max(...asked)).toBeLessThanOrEqual(200);
  });
});

test("during a fast scroll only the newest wish waits", async () => {
  opens(1, 1_000_000);
  serve(1_000_000);
  await listing.open(request, "another");
  const release: (() => void)[] = [];
  listingRows.mockImplementation(
    ({ start }) =>
      new Promise((resolve) =>
        release.push(() => resolve({ rows: [rowAt(start)], known: 1_000_000, complete: true })),
      ),
  );
  for (let page = 10; page < 60; page += 1) listing.want(page * 100, page * 100 + 10);
  expect(release).toHaveLength(4);
  release[0]?.();
  await vi.waitFor(() => expect(release).toHaveLength(5));
  expect(listingRows.mock.lastCall?.[0].start).toBe(5_900);
});

test("a list that is read anew stays in sight until the new one is there", async () => {
  opens(1, 3);
  serve(3, "old");
  await listing.open(request, "another");
  opens(2, 4);
  serve(4, "new");
  const again = listing.open(request, "same");
  expect(listing.row(0)?.name).toBe("old0");
  await again;
  expect(listing.row(0)?.name).toBe("new0");
  expect(closeListing).toHaveBeenCalledWith({ cursor: 1 });
});

test("of two openings the later one counts, and the other is closed", async () => {
  let first: (value: Awaited<ReturnType<Api["openListing"]>>) => void = () => undefined;
  openListing.mockImplementationOnce(() => new Promise((resolve) => (first = resolve)));
  opens(2, 1);
  serve(1);
  const slow = listing.open(request, "another");
  await listing.open(request, "another");
  first({ cursor: 1, known: 9, complete: true, sortable: true });
  await slow;
  expect(listing.cursor).toBe(2);
  expect(listing.known).toBe(1);
  expect(closeListing).toHaveBeenCalledWith({ cursor: 1 });
});

test("a walk that goes on fills up the short page", async () => {
  openListing.mockResolvedValueOnce({ cursor: 1, known: 2, complete: false, sortable: false });
  listingRows.mockResolvedValueOnce({ rows: [rowAt(0), rowAt(1)], known: 2, complete: false });
  await listing.open(request, "another");
  expect(listing.complete).toBe(false);
  serve(80);
  listing.progress({ cursor: 1, known: 80, complete: true, sortable: true });
  await vi.waitFor(() => expect(listing.row(79)?.name).toBe("79"));
  expect(listing.complete).toBe(true);
});

test("what cannot be opened says why", async () => {
  openListing.mockRejectedValueOnce(new ApiError("io", "The disk did not answer.", "", ""));
  await listing.open(request, "another");
  expect(listing.error?.message).toBe("The disk did not answer.");
  expect(listing.opening).toBe(false);
});
