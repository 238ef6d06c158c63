//! The page itself.

use std::fmt::Write as _;

use super::Support;
use super::accounts::CALLS;
use super::headers::HEADERS;
use super::operations::OPERATIONS;

const HEAD: &str = "\
# What of S3 is answered

Made by `tests/endpoint/support`, where each line below is asked of a running endpoint and the answer compared: change the tables there, then run
`STAVE_WRITE_DOCS=1 cargo test -p stave-tests --test endpoint support`. *Answered*: as AWS documents it. *Partly*: not all of it, and the line says what is missing.
*Refused*: by S3's own error, never by an answer that claims success. What is not listed is refused. How the public suite of S3 tests ends is in
[CONFORMANCE.md](CONFORMANCE.md).

";

const ACCOUNTS: &str = "
## IAM and STS

At the same address (`POST /`, forms of the Query protocol, version 4 for `iam` or `sts` in any region). The account is `000000000000`; the owner of the vault is `user/admin`, and nobody
but the owner changes its keys. Others may what policies allow them (`iam:CreateUser` on `arn:aws:iam::000000000000:user/team-*` say); a session of a user asks nothing of IAM. The owner
takes a role that trusts the account or the owner, as everybody else with a policy of their own does. Sessions of roles last 15 minutes to 12 hours, of users to 36 hours, and end at once
when they are revoked or the role is deleted. In conditions `aws:userid` is the name (`role:session` of a role's session), not the id that these calls tell.

| Service | Call | | Answer | Notes |
|---|---|---|---|---|
";

const FOOT: &str = "
## Signatures and addresses

- **Version 4** in headers, in queries (pre-signed, 1 second to 7 days), in POST forms, and over `aws-chunked` bodies with and without trailers.
- **Version 2** is retired by AWS and refused: boto3 makes pre-signed links with it unless told `Config(signature_version=\"s3v4\")`. POST forms of old clients are let in by
  `stave serve --legacy-form-signatures` alone.
- **POST object** (browser forms): streamed, with all conditions of the policy.
- **Addresses**: path style `http://127.0.0.1:9000/bucket/key`, and virtual-host style `http://bucket.s3.localhost:9000/key`.
- **Who may do what**: `admin`, the owner of the vault, everything; a bucket's owner everything in it; others, signed or not, what policies of their own, a bucket's policy
  and access control lists give them, and what its public access block leaves of it. A denial anywhere wins; who owns a bucket can still mend its policy.
  Lists count where a bucket's object ownership is not `BucketOwnerEnforced`, S3's default; `stave serve --object-ownership ObjectWriter` starts new buckets otherwise.
- **Web sites**: a bucket with a website configuration is served at `http://BUCKET.s3-website.localhost:9000/`, what everyone may read of it.
- **Dialect**: where Amazon S3 and Ceph's gateway differ, AWS's answers are given; `stave serve --dialect ceph` gives Ceph's: version 1 listings tell their prefix without URL
  encoding, an empty continuation token is none, `allow-unordered=true` is refused beside a delimiter, who does not sign sees an empty list of buckets, a malformed checksum is
  `BadDigest`, a part number beyond the parts is `InvalidPart`, an `X-Amz-Expires` out of its range is `AccessDenied`, a bucket without a default encryption has none to tell, a wrong
  customer's key is `InvalidRequest`, what a part says of its encryption beside a customer's key is not looked at, the completion of an upload under such a key demands it, and a
  field that is not in a form is an empty one to its policy; a policy may name accounts that are no numbers, whoever lists buckets sees their own alone, and a bucket made again with another list is refused.
- **Encryption**: every object is sealed, and nothing lies on disk in the clear. SSE-S3 where nothing is asked (`AES256`); SSE-KMS by keys of the vault's own key service, whose policies and
  grants decide about each use (`KMS.DisabledException`, `KMS.KMSInvalidStateException`, `KMS.NotFoundException`, `AccessDenied`); SSE-C by a key that the client sends each time and that is
  kept nowhere. All three in PUT, GET, HEAD, copies, parts, attributes, links and forms. SSE-C is taken over plain HTTP, since the endpoint listens on loopback alone; AWS demands TLS.
- **Entity tags** of objects under SSE-KMS and SSE-C are MD5 sums, as those of others are; AWS promises less.
";

/// Returns the whole page.
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(
        "## Operations\n\n| Operation | | A request, and its answer | Notes |\n|---|---|---|---|\n",
    );
    for operation in OPERATIONS {
        let (state, note) = words(operation.support);
        let (name, request, answer) = (operation.name, operation.request, operation.answer);
        let line = format!("| {name} | {state} | `{request}` → {answer} | {note} |\n");
        page.push_str(&line);
    }
    page.push_str(
        "\n## Headers\n\n| Header | | A value, and the answer | Notes |\n|---|---|---|---|\n",
    );
    for header in HEADERS {
        let (state, note) = words(header.support);
        let (name, value, answer) = (header.name, header.value, header.answer);
        writeln!(
            page,
            "| `{name}` | {state} | `{value}` → {answer} | {note} |"
        )
        .expect("text takes text");
    }
    page.push_str(ACCOUNTS);
    for call in CALLS {
        let (state, note) = words(call.support);
        let (service, name, answer) = (call.service, call.name, call.answer);
        writeln!(page, "| {service} | {name} | {state} | {answer} | {note} |")
            .expect("text takes text");
    }
    page.push_str(FOOT);
    page
}

fn words(support: Support) -> (&'static str, &'static str) {
    match support {
        Support::Answered(note) => ("answered", note),
        Support::Partly(note) => ("partly", note),
        Support::Refused(note) => ("refused", note),
    }
}
