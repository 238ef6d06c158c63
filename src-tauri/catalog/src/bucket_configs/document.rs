//! What is set for a bucket as JSON. The structs here are the format; the model knows no
//! serialisation.

use serde::{Deserialize, Serialize};
use stave_model::{
    Acceleration, BucketConfig, BucketConfigKind, BucketEncryption, BucketName, Cors, CorsMethod,
    CorsRule, LogKeyFormat, Logging, ObjectOwnership, Payer, PublicAccessBlock, RoutingRule,
    SseAlgorithm, Website,
};

use crate::acl::{GrantJson, acl_from_json, acl_to_json, grants_from_rows, grants_to_rows};
use crate::tags::{bucket_tags_from_json, tags_to_json};
use crate::{Error, Result, json};

/// What is told where a stored document is none.
const WHAT: &str = "configuration of a bucket";

/// The names of the formats of log keys, as they are stored.
const LOG_KEY_FORMATS: [(LogKeyFormat, &str); 3] = [
    (LogKeyFormat::Simple, "simple"),
    (
        LogKeyFormat::PartitionedByDelivery,
        "partitioned_by_delivery",
    ),
    (LogKeyFormat::PartitionedByEvent, "partitioned_by_event"),
];

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LoggingJson {
    target_bucket: String,
    target_prefix: String,
    grants: Vec<GrantJson>,
    key_format: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum WebsiteJson {
    RedirectAll {
        host: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        protocol: Option<String>,
    },
    Pages {
        index_suffix: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error_key: Option<String>,
        rules: Vec<RoutingRuleJson>,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoutingRuleJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    if_key_prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    if_error: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replace_key_prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replace_key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EncryptionJson {
    algorithm: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kms_key: Option<String>,
    bucket_key: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorsRuleJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    origins: Vec<String>,
    methods: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    headers: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exposed: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_age_secs: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools)] // S3's four switches.
struct PublicAccessJson {
    block_acls: bool,
    ignore_acls: bool,
    block_policy: bool,
    restrict_buckets: bool,
}

impl From<PublicAccessBlock> for PublicAccessJson {
    fn from(block: PublicAccessBlock) -> Self {
        Self {
            block_acls: block.block_acls,
            ignore_acls: block.ignore_acls,
            block_policy: block.block_policy,
            restrict_buckets: block.restrict_buckets,
        }
    }
}

impl From<PublicAccessJson> for PublicAccessBlock {
    fn from(row: PublicAccessJson) -> Self {
        Self {
            block_acls: row.block_acls,
            ignore_acls: row.ignore_acls,
            block_policy: row.block_policy,
            restrict_buckets: row.restrict_buckets,
        }
    }
}

pub(super) fn to_json(config: &BucketConfig) -> Result<String> {
    match config {
        BucketConfig::Acl(acl) => acl_to_json(acl),
        BucketConfig::Tagging(tags) => tags_to_json(tags),
        BucketConfig::Ownership(ownership) => json::to_json(&ownership.as_str()),
        BucketConfig::RequestPayment(payer) => json::to_json(&payer.as_str()),
        BucketConfig::Accelerate(acceleration) => json::to_json(&acceleration.as_str()),
        BucketConfig::Logging(logging) => json::to_json(&logging_to_row(logging)),
        BucketConfig::Website(website) => json::to_json(&website_to_row(website)),
        BucketConfig::Encryption(encryption) => json::to_json(&encryption_to_row(encryption)),
        BucketConfig::Cors(cors) => json::to_json(&cors_to_rows(cors)),
        BucketConfig::Policy(policy) => json::to_json(policy),
        BucketConfig::PublicAccess(block) => json::to_json(&PublicAccessJson::from(*block)),
    }
}

pub(super) fn from_json(kind: BucketConfigKind, json: &str) -> Result<BucketConfig> {
    match kind {
        BucketConfigKind::Acl => acl_from_json(json).map(BucketConfig::Acl),
        BucketConfigKind::Tagging => bucket_tags_from_json(json).map(BucketConfig::Tagging),
        BucketConfigKind::Ownership => {
            name(json, ObjectOwnership::parse).map(BucketConfig::Ownership)
        }
        BucketConfigKind::RequestPayment => {
            name(json, Payer::parse).map(BucketConfig::RequestPayment)
        }
        BucketConfigKind::Accelerate => {
            name(json, Acceleration::parse).map(BucketConfig::Accelerate)
        }
        BucketConfigKind::Logging => {
            let row = json::from_json(json, WHAT)?;
            let logging = logging_from_row(row).ok_or(Error::Damaged { what: WHAT })?;
            Ok(BucketConfig::Logging(logging))
        }
        BucketConfigKind::Website => {
            let row = json::from_json(json, WHAT)?;
            Ok(BucketConfig::Website(website_from_row(row)))
        }
        BucketConfigKind::Cors => {
            let rows: Vec<CorsRuleJson> = json::from_json(json, WHAT)?;
            let rules = rows
                .into_iter()
                .map(cors_rule_from_row)
                .collect::<Option<_>>();
            let cors = rules.and_then(|rules| Cors::new(rules).ok());
            cors.map(BucketConfig::Cors)
                .ok_or(Error::Damaged { what: WHAT })
        }
        BucketConfigKind::Policy => {
            let policy: String = json::from_json(json, WHAT)?;
            // Whether it is one of the language its reader decides, who must refuse where it is none.
            json::from_json::<serde_json::Map<String, serde_json::Value>>(&policy, WHAT)?;
            Ok(BucketConfig::Policy(policy))
        }
        BucketConfigKind::PublicAccess => {
            let row: PublicAccessJson = json::from_json(json, WHAT)?;
            Ok(BucketConfig::PublicAccess(row.into()))
        }
        BucketConfigKind::Encryption => {
            let row = json::from_json(json, WHAT)?;
            let encryption = encryption_from_row(row).ok_or(Error::Damaged { what: WHAT })?;
            Ok(BucketConfig::Encryption(encryption))
        }
    }
}

/// Reads a document that is one of S3's names.
fn name<T>(json: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T> {
    let text: String = json::from_json(json, WHAT)?;
    parse(&text).ok_or(Error::Damaged { what: WHAT })
}

fn logging_to_row(logging: &Logging) -> LoggingJson {
    let key_format = match logging.key_format {
        LogKeyFormat::Simple => LOG_KEY_FORMATS[0].1,
        LogKeyFormat::PartitionedByDelivery => LOG_KEY_FORMATS[1].1,
        LogKeyFormat::PartitionedByEvent => LOG_KEY_FORMATS[2].1,
    };
    LoggingJson {
        target_bucket: logging.target_bucket.as_str().to_owned(),
        target_prefix: logging.target_prefix.clone(),
        grants: grants_to_rows(&logging.grants),
        key_format: key_format.to_owned(),
    }
}

fn logging_from_row(row: LoggingJson) -> Option<Logging> {
    let formats = LOG_KEY_FORMATS.into_iter();
    let key_format = formats.clone().find(|(_, name)| *name == row.key_format);
    Some(Logging {
        target_bucket: BucketName::parse(&row.target_bucket).ok()?,
        target_prefix: row.target_prefix,
        grants: grants_from_rows(row.grants)?,
        key_format: key_format?.0,
    })
}

fn cors_to_rows(cors: &Cors) -> Vec<CorsRuleJson> {
    let row = |rule: &CorsRule| CorsRuleJson {
        id: rule.id.clone(),
        origins: rule.origins.clone(),
        methods: rule.methods.iter().map(|m| m.as_str().to_owned()).collect(),
        headers: rule.headers.clone(),
        exposed: rule.exposed.clone(),
        max_age_secs: rule.max_age_secs,
    };
    cors.rules().iter().map(row).collect()
}

fn cors_rule_from_row(row: CorsRuleJson) -> Option<CorsRule> {
    let methods = row.methods.iter().map(|name| CorsMethod::parse(name));
    Some(CorsRule {
        id: row.id,
        origins: row.origins,
        methods: methods.collect::<Option<_>>()?,
        headers: row.headers,
        exposed: row.exposed,
        max_age_secs: row.max_age_secs,
    })
}

fn encryption_to_row(encryption: &BucketEncryption) -> EncryptionJson {
    EncryptionJson {
        algorithm: encryption.algorithm.as_str().to_owned(),
        kms_key: encryption.kms_key.clone(),
        bucket_key: encryption.bucket_key,
    }
}

fn encryption_from_row(row: EncryptionJson) -> Option<BucketEncryption> {
    Some(BucketEncryption {
        algorithm: SseAlgorithm::parse(&row.algorithm)?,
        kms_key: row.kms_key,
        bucket_key: row.bucket_key,
    })
}

fn website_to_row(website: &Website) -> WebsiteJson {
    match website.clone() {
        Website::RedirectAll { host, protocol } => WebsiteJson::RedirectAll { host, protocol },
        Website::Pages {
            index_suffix,
            error_key,
            rules,
        } => WebsiteJson::Pages {
            index_suffix,
            error_key,
            rules: rules.into_iter().map(rule_to_row).collect(),
        },
    }
}

fn website_from_row(row: WebsiteJson) -> Website {
    match row {
        WebsiteJson::RedirectAll { host, protocol } => Website::RedirectAll { host, protocol },
        WebsiteJson::Pages {
            index_suffix,
            error_key,
            rules,
        } => Website::Pages {
            index_suffix,
            error_key,
            rules: rules.into_iter().map(rule_from_row).collect(),
        },
    }
}

fn rule_to_row(rule: RoutingRule) -> RoutingRuleJson {
    RoutingRuleJson {
        if_key_prefix: rule.if_key_prefix,
        if_error: rule.if_error,
        host: rule.host,
        protocol: rule.protocol,
        replace_key_prefix: rule.replace_key_prefix,
        replace_key: rule.replace_key,
        status: rule.status,
    }
}

fn rule_from_row(row: RoutingRuleJson) -> RoutingRule {
    RoutingRule {
        if_key_prefix: row.if_key_prefix,
        if_error: row.if_error,
        host: row.host,
        protocol: row.protocol,
        replace_key_prefix: row.replace_key_prefix,
        replace_key: row.replace_key,
        status: row.status,
    }
}

#[cfg(test)]
mod tests {
    use stave_model::{Acl, Grant, Grantee, Permission, Tags};

    use super::*;
    use crate::testkit::user;

    #[track_caller]
    fn is_written(config: &BucketConfig, json: &str) {
        assert_eq!(to_json(config).unwrap(), json);
        assert_eq!(from_json(config.kind(), json).unwrap(), *config);
    }

    #[test]
    fn the_short_formats_are_written_down() {
        is_written(&BucketConfig::Acl(Acl { grants: vec![] }), "[]");
        let tags = Tags::of_bucket([("team".to_owned(), "blue".to_owned())]).unwrap();
        is_written(&BucketConfig::Tagging(tags), r#"{"team":"blue"}"#);
        let ownership = ObjectOwnership::BucketOwnerPreferred;
        is_written(
            &BucketConfig::Ownership(ownership),
            r#""BucketOwnerPreferred""#,
        );
        is_written(
            &BucketConfig::RequestPayment(Payer::Requester),
            r#""Requester""#,
        );
        is_written(
            &BucketConfig::Accelerate(Acceleration::Suspended),
            r#""Suspended""#,
        );
    }

    #[test]
    fn the_format_of_logging_is_written_down() {
        let logging = |key_format| {
            BucketConfig::Logging(Logging {
                target_bucket: BucketName::parse("logs").unwrap(),
                target_prefix: "of/".to_owned(),
                grants: vec![Grant {
                    grantee: Grantee::User(user("ann")),
                    permission: Permission::Read,
                }],
                key_format,
            })
        };
        for (key_format, name) in [
            (LogKeyFormat::Simple, "simple"),
            (
                LogKeyFormat::PartitionedByDelivery,
                "partitioned_by_delivery",
            ),
            (LogKeyFormat::PartitionedByEvent, "partitioned_by_event"),
        ] {
            let json = [
                r#"{"target_bucket":"logs","target_prefix":"of/","#,
                r#""grants":[{"user":"ann","permission":"READ"}],"key_format":""#,
                name,
                r#""}"#,
            ];
            is_written(&logging(key_format), &json.concat());
        }
    }

    #[test]
    fn the_format_of_a_web_site_is_written_down() {
        let elsewhere = Website::RedirectAll {
            host: "example.org".to_owned(),
            protocol: Some("https".to_owned()),
        };
        is_written(
            &BucketConfig::Website(elsewhere),
            r#"{"redirect_all":{"host":"example.org","protocol":"https"}}"#,
        );
        let pages = Website::Pages {
            index_suffix: "index.html".to_owned(),
            error_key: None,
            rules: vec![RoutingRule {
                if_error: Some(404),
                replace_key: Some("404.html".to_owned()),
                status: Some(302),
                ..RoutingRule::default()
            }],
        };
        is_written(
            &BucketConfig::Website(pages),
            concat!(
                r#"{"pages":{"index_suffix":"index.html","#,
                r#""rules":[{"if_error":404,"replace_key":"404.html","status":302}]}}"#
            ),
        );
    }

    #[test]
    fn the_format_of_a_default_encryption_is_written_down() {
        let by = |algorithm, kms_key: Option<&str>| {
            BucketConfig::Encryption(BucketEncryption {
                algorithm,
                kms_key: kms_key.map(str::to_owned),
                bucket_key: true,
            })
        };
        is_written(
            &by(SseAlgorithm::S3, None),
            r#"{"algorithm":"AES256","bucket_key":true}"#,
        );
        is_written(
            &by(SseAlgorithm::Kms, Some("alias/k")),
            r#"{"algorithm":"aws:kms","kms_key":"alias/k","bucket_key":true}"#,
        );
    }

    #[test]
    fn the_formats_of_who_may_come_in_are_written_down() {
        let rule = CorsRule {
            origins: vec!["http://localhost:5173".to_owned()],
            methods: vec![CorsMethod::Get, CorsMethod::Put],
            headers: vec!["*".to_owned()],
            max_age_secs: Some(600),
            ..CorsRule::default()
        };
        is_written(
            &BucketConfig::Cors(Cors::new(vec![rule]).unwrap()),
            concat!(
                r#"[{"origins":["http://localhost:5173"],"methods":["GET","PUT"],"#,
                r#""headers":["*"],"max_age_secs":600}]"#
            ),
        );
        is_written(
            &BucketConfig::Policy(r#"{ "Statement": [] }"#.to_owned()),
            r#""{ \"Statement\": [] }""#,
        );
        let block = PublicAccessBlock {
            ignore_acls: true,
            ..PublicAccessBlock::default()
        };
        is_written(
            &BucketConfig::PublicAccess(block),
            concat!(
                r#"{"block_acls":false,"ignore_acls":true,"#,
                r#""block_policy":false,"restrict_buckets":false}"#
            ),
        );
    }

    #[test]
    fn a_damaged_document_is_told_as_such() {
        for kind in BucketConfigKind::ALL {
            for json in ["", "7", "\"\"", r#"{"x":1}"#, r#"[{"x":1}]"#] {
                let found = from_json(kind, json);
                assert!(
                    matches!(found, Err(Error::Damaged { .. })),
                    "{kind:?} {json}"
                );
            }
        }
        let unknown = concat!(
            r#"{"target_bucket":"logs","target_prefix":"","grants":[],"#,
            r#""key_format":"other"}"#
        );
        assert!(from_json(BucketConfigKind::Logging, unknown).is_err());
    }
}
