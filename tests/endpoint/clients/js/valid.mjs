// Valid requests of the AWS SDK for JavaScript, each of which has to go through.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import * as s3 from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const Bucket = "valid-javascript";
const keys = JSON.parse(readFileSync(new URL("../keys.json", import.meta.url), "utf8"));
const options = { forcePathStyle: true, maxAttempts: 1 };
const client = new s3.S3Client(options);
// What makes links: the checksum of an empty body would be signed into those for uploads.
const linking = new s3.S3Client({ ...options, requestChecksumCalculation: "WHEN_REQUIRED" });
const ALGORITHMS = ["CRC32", "SHA256", "SHA1", "CRC32C"];
let passed = 0;

function body(number) {
  const digest = createHash("sha256").update(String(number)).digest();
  return Buffer.concat(Array.from({ length: (number % 40) + 1 }, () => digest));
}

function pass(right, what) {
  assert.ok(right, what);
  passed += 1;
}

const send = (Command, named) => client.send(new Command({ Bucket, ...named }));
const link = (Command, named) => getSignedUrl(linking, new Command({ Bucket, ...named }), { expiresIn: 60 });
const bytes = async (named) => Buffer.from(await (await send(s3.GetObjectCommand, named)).Body.transformToByteArray());

await client.send(new s3.CreateBucketCommand({ Bucket }));
for (const [number, Key] of keys.entries()) {
  const content = body(number);
  const other = body(number + 1);
  const ChecksumAlgorithm = ALGORITHMS[number % ALGORITHMS.length];
  const put = await send(s3.PutObjectCommand, { Key, Body: content, ChecksumAlgorithm, Metadata: { n: String(number) } });
  pass(put.ETag, `put ${Key}`);
  pass(content.equals(await bytes({ Key })), `get ${Key}`);
  pass(content.subarray(3, 10).equals(await bytes({ Key, Range: "bytes=3-9" })), `range of ${Key}`);
  pass((await send(s3.HeadObjectCommand, { Key })).Metadata.n === String(number), `head ${Key}`);
  const typed = await send(s3.GetObjectCommand, { Key, ResponseContentType: "text/x; a=b+c d" });
  pass(typed.ContentType === "text/x; a=b+c d", `get ${Key} with a type`);
  await typed.Body.transformToByteArray();
  const listed = await send(s3.ListObjectsV2Command, { Prefix: Key, MaxKeys: 1 });
  pass(listed.Contents[0].Key === Key, `list ${Key}`);
  const CopySource = `${Bucket}/${encodeURIComponent(Key)}`;
  const copied = await send(s3.CopyObjectCommand, { Key: `copy of/${Key}`, CopySource });
  pass(copied.CopyObjectResult.ETag === put.ETag, `copy ${Key}`);
  const got = await fetch(await link(s3.GetObjectCommand, { Key }));
  pass(got.status === 200 && content.equals(Buffer.from(await got.arrayBuffer())), `link to ${Key}`);
  const uploaded = await fetch(await link(s3.PutObjectCommand, { Key }), { method: "PUT", body: other });
  pass(uploaded.status === 200 && other.equals(await bytes({ Key })), `upload by a link to ${Key}`);
  // A stream comes in chunks, its checksum behind it.
  const stream = Readable.from([content.subarray(0, 20), content.subarray(20)]);
  await send(s3.PutObjectCommand, { Key, Body: stream, ContentLength: content.length });
  pass(content.equals(await bytes({ Key })), `chunks for ${Key}`);
  const deleted = await send(s3.DeleteObjectCommand, { Key });
  pass(deleted.$metadata.httpStatusCode === 204, `delete ${Key}`);
}
console.log(`${passed} requests passed`);
