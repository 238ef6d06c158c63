// What a program on the AWS SDK for JavaScript does with S3, as assertions. The endpoint and the keys come from the environment.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import * as s3 from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const PART = 5 * 1024 * 1024;
const Bucket = "javascript";
const HELLO = '"5d41402abc4b2a76b9719d911017c592"';
const options = { forcePathStyle: true, maxAttempts: 1 };
const client = new s3.S3Client(options);
let checked = 0;

function same(got, expected, what) {
  checked += 1;
  assert.deepEqual(got, expected, what);
}

async function refused(name, status, command) {
  const error = await client.send(command).then(() => null, (thrown) => thrown);
  same([error?.name, error?.$metadata?.httpStatusCode], [name, status], `the refusal of ${command.constructor.name}`);
}

const put = (Key, Body, more = {}) => client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key, more = {}) => client.send(new s3.GetObjectCommand({ Bucket, Key, ...more }));
const head = (Key, more = {}) => client.send(new s3.HeadObjectCommand({ Bucket, Key, ...more }));
const text = async (Key, more) => (await get(Key, more)).Body.transformToString();
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function objects() {
  await client.send(new s3.CreateBucketCommand({ Bucket }));
  const given = { ContentType: "text/plain", CacheControl: "no-store", Metadata: { colour: "blue" }, ContentLanguage: "de" };
  const made = await put("a b+c/ü.txt", "hello", given);
  same([made.ETag, made.ChecksumCRC32, made.ServerSideEncryption], [HELLO, "NhCmhg==", "AES256"], "the answer of a put");
  const got = await get("a b+c/ü.txt");
  same(await got.Body.transformToString(), "hello", "the bytes");
  const told = Object.fromEntries(Object.keys(given).map((name) => [name, got[name]]));
  same(told, given, "metadata");
  same(await text("a b+c/ü.txt", { Range: "bytes=1-3" }), "ell", "a range");
  same(await text("a b+c/ü.txt", { Range: "bytes=-2" }), "lo", "a range from the end");
  same((await head("a b+c/ü.txt")).ContentLength, 5, "the length");
  await put("empty", "");
  same([await text("empty"), (await head("empty")).ContentLength], ["", 0], "an empty object");
  await refused("NoSuchKey", 404, new s3.GetObjectCommand({ Bucket, Key: "missing" }));
  await refused("NotFound", 404, new s3.HeadObjectCommand({ Bucket, Key: "missing" }));
  await refused("NoSuchBucket", 404, new s3.ListObjectsV2Command({ Bucket: "missing-bucket" }));
  await refused("InvalidRange", 416, new s3.GetObjectCommand({ Bucket, Key: "a b+c/ü.txt", Range: "bytes=5-" }));
  await client.send(new s3.DeleteObjectCommand({ Bucket, Key: "empty" }));
  await refused("NoSuchKey", 404, new s3.GetObjectCommand({ Bucket, Key: "empty" }));
}

async function streams() {
  const body = Buffer.alloc(300_001, "stream ");
  const pieces = () => Readable.from((function* () {
    for (let at = 0; at < body.length; at += 65_536) yield body.subarray(at, at + 65_536);
  })());
  // A stream comes in the chunked form, its checksum behind it.
  const made = await put("stream", pieces(), { ContentLength: body.length, ContentEncoding: "gzip" });
  same(typeof made.ChecksumCRC32, "string", "the checksum of a stream");
  const got = await get("stream", { ChecksumMode: "ENABLED" });
  same([got.ContentEncoding, got.ContentLength, got.ChecksumCRC32], ["gzip", 300_001, made.ChecksumCRC32], "what is told of it");
  same(digest(await got.Body.transformToByteArray()), digest(body), "the bytes of a stream");
}

async function checksums() {
  const values = {
    CRC32: "NhCmhg==", CRC32C: "mnG7TA==", SHA1: "qvTGHdzF6KLavt4PO0gs2a6pQ00=",
    SHA256: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", CRC64NVME: "M3eFcAZSQlc=",
  };
  for (const [ChecksumAlgorithm, value] of Object.entries(values)) {
    const name = `Checksum${ChecksumAlgorithm}`;
    // Of CRC64NVME this client knows the name and no more, unless a native library stands beside it: the value is given.
    const how = ChecksumAlgorithm === "CRC64NVME" ? { [name]: value } : { ChecksumAlgorithm };
    same((await put(name, "hello", how))[name], value, `${name} on the answer of a put`);
    same((await head(name, { ChecksumMode: "ENABLED" }))[name], value, `${name} of a head`);
    const asked = { Bucket, Key: name, ObjectAttributes: ["Checksum", "ObjectSize"] };
    const told = await client.send(new s3.GetObjectAttributesCommand(asked));
    same([told.Checksum[name], told.Checksum.ChecksumType, told.ObjectSize], [value, "FULL_OBJECT", 5], `attributes of ${name}`);
  }
  const wrong = { Bucket, Key: "wrong", Body: "hello", ChecksumSHA1: "3Tt1Djhi7BLDMsbXwRFQKIRx0Mk=" };
  await refused("BadDigest", 400, new s3.PutObjectCommand(wrong));
  await refused("NotFound", 404, new s3.HeadObjectCommand({ Bucket, Key: "wrong" }));
}

async function conditions() {
  await put("once", "hello", { IfNoneMatch: "*" });
  await refused("PreconditionFailed", 412, new s3.PutObjectCommand({ Bucket, Key: "once", Body: "x", IfNoneMatch: "*" }));
  await refused("PreconditionFailed", 412, new s3.PutObjectCommand({ Bucket, Key: "once", Body: "x", IfMatch: '"00"' }));
  await refused("NoSuchKey", 404, new s3.PutObjectCommand({ Bucket, Key: "never", Body: "x", IfMatch: HELLO }));
  await put("once", "world", { IfMatch: HELLO });
  same(await text("once"), "world", "what a write over what was expected wrote");
  await refused("PreconditionFailed", 412, new s3.GetObjectCommand({ Bucket, Key: "once", IfMatch: HELLO }));
  // An answer without a document: the client has no name for it.
  await refused("Unknown", 304, new s3.HeadObjectCommand({ Bucket, Key: "a b+c/ü.txt", IfNoneMatch: HELLO }));
  await refused("PreconditionFailed", 412, new s3.DeleteObjectCommand({ Bucket, Key: "once", IfMatch: HELLO }));
  same(await text("once"), "world", "what refused ones leave");
}

async function uploads() {
  const body = Buffer.alloc(2 * PART + 17);
  for (let at = 0; at < body.length; at += 4) body.writeUInt32LE((at * 2_654_435_761) % 4_294_967_296, Math.min(at, body.length - 4));
  const params = { Bucket, Key: "large", Body: Readable.from([body]), ContentType: "application/x-large" };
  const done = await new Upload({ client, params, partSize: PART, queueSize: 3 }).done();
  same(done.ETag.slice(-3), '-3"', "the tag of an upload in parts");
  const got = await get("large");
  same([got.ContentLength, got.ContentType], [body.length, "application/x-large"], "what is told of it");
  same(digest(await got.Body.transformToByteArray()), digest(body), "its bytes");
  const second = await get("large", { PartNumber: 3 });
  same([second.PartsCount, second.ContentLength], [3, 17], "a part of it");
  same(digest(await second.Body.transformToByteArray()), digest(body.subarray(2 * PART)), "the bytes of a part");
  const created = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "copied" }));
  const where = { Bucket, Key: "copied", UploadId: created.UploadId };
  const copied = await client.send(new s3.UploadPartCopyCommand({
    ...where, PartNumber: 1, CopySource: `${Bucket}/large`, CopySourceRange: `bytes=7-${PART + 6}`,
  }));
  const last = await client.send(new s3.UploadPartCommand({ ...where, PartNumber: 2, Body: "the end" }));
  same((await client.send(new s3.ListPartsCommand(where))).Parts.map((part) => part.Size), [PART, 7], "parts");
  const Parts = [{ PartNumber: 1, ETag: copied.CopyPartResult.ETag }, { PartNumber: 2, ETag: last.ETag, ChecksumCRC32: last.ChecksumCRC32 }];
  await client.send(new s3.CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts } }));
  const whole = await (await get("copied")).Body.transformToByteArray();
  same(digest(whole), digest(Buffer.concat([body.subarray(7, PART + 7), Buffer.from("the end")])), "parts copied and sent");
  const gone = await client.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: "gone" }));
  same((await client.send(new s3.ListMultipartUploadsCommand({ Bucket }))).Uploads.map((upload) => upload.Key), ["gone"], "uploads");
  await client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key: "gone", UploadId: gone.UploadId }));
  await refused("NoSuchUpload", 404, new s3.ListPartsCommand({ Bucket, Key: "gone", UploadId: gone.UploadId }));
}

async function copies() {
  const CopySource = `${Bucket}/${encodeURIComponent("a b+c/ü.txt")}`;
  const copied = await client.send(new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource }));
  same([copied.CopyObjectResult.ETag, (await head("copy")).Metadata], [HELLO, { colour: "blue" }], "a copy");
  const other = { MetadataDirective: "REPLACE", Metadata: { shape: "round" }, ContentType: "text/x-other" };
  await client.send(new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource, ...other }));
  const told = await head("copy");
  same([told.Metadata, told.ContentType], [{ shape: "round" }, "text/x-other"], "replaced metadata");
  await refused("PreconditionFailed", 412, new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource, CopySourceIfMatch: '"00"' }));
}

async function customers() {
  const key = (byte) => {
    const bytes = Buffer.alloc(32, byte);
    return {
      SSECustomerAlgorithm: "AES256",
      SSECustomerKey: bytes.toString("base64"),
      SSECustomerKeyMD5: createHash("md5").update(bytes).digest("base64"),
    };
  };
  const [own, other] = [key(7), key(8)];
  const made = await put("own", "only mine", own);
  same([made.SSECustomerAlgorithm, made.SSECustomerKeyMD5, made.ServerSideEncryption], ["AES256", own.SSECustomerKeyMD5, undefined], "under one's own key");
  same(await text("own", own), "only mine", "read by the key");
  same((await head("own", own)).ContentLength, 9, "its length");
  await refused("InvalidRequest", 400, new s3.GetObjectCommand({ Bucket, Key: "own" }));
  await refused("AccessDenied", 403, new s3.GetObjectCommand({ Bucket, Key: "own", ...other }));
  const source = Object.fromEntries(Object.entries(own).map(([name, value]) => [`CopySource${name}`, value]));
  await client.send(new s3.CopyObjectCommand({ Bucket, Key: "open", CopySource: `${Bucket}/own`, ...source }));
  same([await text("open"), (await head("open")).ServerSideEncryption], ["only mine", "AES256"], "copied to the store's key");
  const managed = await put("managed", "x", { ServerSideEncryption: "aws:kms", BucketKeyEnabled: true });
  same([managed.ServerSideEncryption, managed.BucketKeyEnabled], ["aws:kms", true], "under the key service's managed key");
  same((await head("managed")).SSEKMSKeyId, managed.SSEKMSKeyId, "which key it was");
}

async function listing() {
  const own = "listing";
  await client.send(new s3.CreateBucketCommand({ Bucket: own }));
  const keys = [" ", "a b", "a%2Fb", "a+b", "a/", "a/b", "a//c", "..", "./x", "/", "&<>'\"", "é".repeat(512), "日本", "🦀", "~"];
  for (const Key of keys) await client.send(new s3.PutObjectCommand({ Bucket: own, Key, Body: Key }));
  const ordered = [...keys].sort((one, two) => Buffer.compare(Buffer.from(one), Buffer.from(two)));
  const found = [];
  for await (const page of s3.paginateListObjectsV2({ client, pageSize: 4 }, { Bucket: own })) {
    found.push(...(page.Contents ?? []).map((item) => item.Key));
  }
  same(found, ordered, "every key, page by page");
  const folded = await client.send(new s3.ListObjectsV2Command({ Bucket: own, Delimiter: "/" }));
  same(folded.CommonPrefixes.map((item) => item.Prefix), ["./", "/", "a/"], "folders");
  for (const Key of keys) {
    const got = await client.send(new s3.GetObjectCommand({ Bucket: own, Key }));
    same(await got.Body.transformToString(), Key, `the body of ${Key}`);
  }
  const Objects = keys.map((Key) => ({ Key }));
  const answer = await client.send(new s3.DeleteObjectsCommand({ Bucket: own, Delete: { Objects } }));
  same([answer.Deleted.length, answer.Errors], [keys.length, undefined], "deleted together");
  await client.send(new s3.DeleteBucketCommand({ Bucket: own }));
}

async function versions() {
  const where = { Bucket: "versions", Key: "k" };
  await client.send(new s3.CreateBucketCommand({ Bucket: "versions" }));
  const VersioningConfiguration = { Status: "Enabled" };
  await client.send(new s3.PutBucketVersioningCommand({ Bucket: "versions", VersioningConfiguration }));
  const first = await client.send(new s3.PutObjectCommand({ ...where, Body: "1" }));
  const second = await client.send(new s3.PutObjectCommand({ ...where, Body: "2" }));
  const marker = await client.send(new s3.DeleteObjectCommand(where));
  same(marker.DeleteMarker, true, "a delete marker");
  await refused("NoSuchKey", 404, new s3.GetObjectCommand(where));
  const listed = await client.send(new s3.ListObjectVersionsCommand({ Bucket: "versions" }));
  same(listed.Versions.map((item) => item.VersionId), [second.VersionId, first.VersionId], "versions, newest first");
  same(listed.DeleteMarkers.map((item) => item.VersionId), [marker.VersionId], "markers");
  const old = await client.send(new s3.GetObjectCommand({ ...where, VersionId: first.VersionId }));
  same(await old.Body.transformToString(), "1", "an old version");
  await client.send(new s3.DeleteObjectCommand({ ...where, VersionId: marker.VersionId }));
  same(await (await client.send(new s3.GetObjectCommand(where))).Body.transformToString(), "2", "undeleted");
}

async function tags() {
  const where = { Bucket, Key: "tagged" };
  await put("tagged", "x", { Tagging: "colour=blue&a%20b=c%2Bd" });
  // S3 promises no order of tags.
  const told = async () => (await client.send(new s3.GetObjectTaggingCommand(where))).TagSet.sort((a, b) => (a.Key < b.Key ? -1 : 1));
  same(await told(), [{ Key: "a b", Value: "c+d" }, { Key: "colour", Value: "blue" }], "tags by a header");
  const TagSet = [{ Key: "größe", Value: "klein" }];
  await client.send(new s3.PutObjectTaggingCommand({ ...where, Tagging: { TagSet } }));
  same(await told(), TagSet, "tags by a document");
  await client.send(new s3.DeleteObjectTaggingCommand(where));
  same(await told(), [], "removed tags");
}

async function links() {
  const read = await getSignedUrl(client, new s3.GetObjectCommand({ Bucket, Key: "a b+c/ü.txt" }), { expiresIn: 60 });
  same(await (await fetch(read)).text(), "hello", "the bytes of a link");
  same((await fetch(read.replace("Expires=60", "Expires=61"))).status, 403, "a changed link");
  // Links sign no checksum of a body that is not there yet.
  const quiet = new s3.S3Client({ ...options, requestChecksumCalculation: "WHEN_REQUIRED" });
  const write = await getSignedUrl(quiet, new s3.PutObjectCommand({ Bucket, Key: "came", ContentType: "text/plain" }), { expiresIn: 60 });
  same((await fetch(write, { method: "PUT", body: "by a link", headers: { "content-type": "text/plain" } })).status, 200, "an upload");
  same(await text("came"), "by a link", "the bytes that a link brought");
  // Unless told so, this client signs the checksum of an empty body into the link: S3 refuses any other body then.
  const loud = await getSignedUrl(client, new s3.PutObjectCommand({ Bucket, Key: "never" }), { expiresIn: 60 });
  const answer = await fetch(loud, { method: "PUT", body: "by a link" });
  same([answer.status, (await answer.text()).match(/<Code>(.*?)<\/Code>/)?.[1]], [400, "BadDigest"], "a link that is for no body");
}

const began = performance.now();
for (const part of [objects, streams, checksums, conditions, uploads, copies, customers, listing, versions, tags, links]) {
  await part();
  console.log(`${part.name}: ${checked} checks by now, ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
console.log("all held");
