//! Configuration and code to copy, ready for the endpoint, a key and a bucket.

use secrecy::{ExposeSecret as _, SecretString};

use crate::views::Snippet;

/// What the snippets are filled with.
pub struct Filling<'a> {
    pub endpoint: &'a str,
    pub region: &'a str,
    pub access_key_id: &'a str,
    pub secret: &'a SecretString,
    pub bucket: &'a str,
}

/// Returns all snippets, in the order of their tabs.
pub fn all(filling: &Filling) -> Vec<Snippet> {
    TEMPLATES
        .iter()
        .map(|(tab, title, language, template)| Snippet {
            tab: (*tab).to_owned(),
            title: (*title).to_owned(),
            language: (*language).to_owned(),
            code: fill(template, filling),
        })
        .collect()
}

fn fill(template: &str, filling: &Filling) -> String {
    template
        .replace("{endpoint}", filling.endpoint)
        .replace("{region}", filling.region)
        .replace("{id}", filling.access_key_id)
        .replace("{secret}", filling.secret.expose_secret())
        .replace("{bucket}", filling.bucket)
}

type Template = (&'static str, &'static str, &'static str, &'static str);

const TEMPLATES: [Template; 6] = [
    ("AWS CLI", "~/.aws/config", "ini", AWS_CLI),
    ("Environment", ".env", "sh", ENVIRONMENT),
    ("Python", "boto3", "python", PYTHON),
    ("JavaScript", "@aws-sdk/client-s3", "javascript", JAVASCRIPT),
    ("rclone", "rclone.conf", "ini", RCLONE),
    ("curl", "curl", "sh", CURL),
];

const AWS_CLI: &str = "\
[profile stave]
endpoint_url = {endpoint}
region = {region}
aws_access_key_id = {id}
aws_secret_access_key = {secret}
s3 =
    addressing_style = path
    signature_version = s3v4

# aws s3 ls s3://{bucket} --profile stave
";

const ENVIRONMENT: &str = "\
AWS_ENDPOINT_URL_S3='{endpoint}'
AWS_REGION='{region}'
AWS_ACCESS_KEY_ID='{id}'
AWS_SECRET_ACCESS_KEY='{secret}'
S3_BUCKET='{bucket}'
";

const PYTHON: &str = r#"import boto3
from botocore.config import Config

s3 = boto3.client(
    "s3",
    endpoint_url="{endpoint}",
    region_name="{region}",
    aws_access_key_id="{id}",
    aws_secret_access_key="{secret}",
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
)
s3.upload_file("hello.txt", "{bucket}", "hello.txt")
"#;

const JAVASCRIPT: &str = r#"import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const s3 = new S3Client({
  endpoint: "{endpoint}",
  region: "{region}",
  forcePathStyle: true,
  credentials: { accessKeyId: "{id}", secretAccessKey: "{secret}" },
});
await s3.send(new PutObjectCommand({ Bucket: "{bucket}", Key: "hello.txt", Body: "hello" }));
"#;

const RCLONE: &str = "\
[stave]
type = s3
provider = Other
endpoint = {endpoint}
region = {region}
access_key_id = {id}
secret_access_key = {secret}
force_path_style = true

# rclone ls stave:{bucket}
";

const CURL: &str = r#"curl --fail --aws-sigv4 "aws:amz:{region}:s3" \
  --user '{id}:{secret}' \
  "{endpoint}/{bucket}?list-type=2"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_fill_in() {
        let filling = Filling {
            endpoint: "http://127.0.0.1:9000",
            region: "us-east-1",
            access_key_id: "STAVEKEY",
            secret: &SecretString::from("a/secret+one"),
            bucket: "photos",
        };
        for snippet in all(&filling) {
            for name in ["{endpoint}", "{region}", "{id}", "{secret}", "{bucket}"] {
                assert!(!snippet.code.contains(name), "{} has {name}", snippet.tab);
            }
            assert!(
                snippet.code.contains("http://127.0.0.1:9000"),
                "{}",
                snippet.tab
            );
            assert!(snippet.code.contains("photos"), "{}", snippet.tab);
            assert!(snippet.code.contains("a/secret+one"), "{}", snippet.tab);
        }
    }
}
