//! Policies to begin with. `BUCKET` stands for the name of a bucket.

use serde_json::json;

use crate::views::PolicyTemplate;

/// How the bucket and what is in it are named.
const BUCKET: &str = "arn:aws:s3:::BUCKET";
const OBJECTS: &str = "arn:aws:s3:::BUCKET/*";

/// Returns all templates.
pub fn all() -> Vec<PolicyTemplate> {
    vec![
        template(
            "read-bucket",
            "Read a bucket",
            &[
                (
                    &[
                        "s3:ListBucket",
                        "s3:ListBucketVersions",
                        "s3:GetBucketLocation",
                    ],
                    &[BUCKET],
                ),
                (
                    &["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging"],
                    &[OBJECTS],
                ),
            ],
        ),
        template(
            "write-bucket",
            "Write a bucket",
            &[
                (
                    &[
                        "s3:ListBucket",
                        "s3:GetBucketLocation",
                        "s3:ListBucketMultipartUploads",
                    ],
                    &[BUCKET],
                ),
                (
                    &[
                        "s3:GetObject",
                        "s3:PutObject",
                        "s3:DeleteObject",
                        "s3:AbortMultipartUpload",
                        "s3:ListMultipartUploadParts",
                    ],
                    &[OBJECTS],
                ),
            ],
        ),
        template(
            "whole-bucket",
            "Everything in a bucket",
            &[(&["s3:*"], &[BUCKET, OBJECTS])],
        ),
        template("all-of-s3", "All of S3", &[(&["s3:*"], &["*"])]),
        template(
            "own-buckets",
            "Buckets of its own",
            &[(&["s3:CreateBucket", "s3:ListAllMyBuckets"], &["*"])],
        ),
    ]
}

/// Actions, and what they are done to.
type Allowed<'a> = (&'a [&'a str], &'a [&'a str]);

fn template(name: &str, title: &str, allowed: &[Allowed<'_>]) -> PolicyTemplate {
    let statements: Vec<_> = allowed
        .iter()
        .map(|(actions, resources)| {
            json!({ "Effect": "Allow", "Action": actions, "Resource": resources })
        })
        .collect();
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    PolicyTemplate {
        name: name.to_owned(),
        title: title.to_owned(),
        document: format!("{policy:#}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identities::check_policy;

    #[test]
    fn each_template_is_a_policy_without_anything_odd() {
        let templates = all();
        assert_eq!(templates.len(), 5);
        for template in templates {
            let document = template.document.replace("BUCKET", "photos");
            let check = check_policy(&document);
            assert!(check.valid, "{}", template.name);
            assert_eq!(check.problems, [], "{}", template.name);
        }
    }
}
