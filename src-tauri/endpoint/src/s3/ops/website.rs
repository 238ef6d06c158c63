//! How a bucket is a web site.

use s3s::dto::{
    Condition, DeleteBucketWebsiteInput, DeleteBucketWebsiteOutput, ErrorDocument,
    GetBucketWebsiteInput, GetBucketWebsiteOutput, IndexDocument, Protocol, PutBucketWebsiteInput,
    PutBucketWebsiteOutput, Redirect, RedirectAllRequestsTo, RoutingRule, WebsiteConfiguration,
};
use s3s::{S3Error, S3Request, S3Response, S3Result, s3_error};
use stave_model::{BucketConfig, BucketConfigKind, Website};

use super::Operations;
use crate::s3::convert::bucket_name;
use crate::s3::errors::malformed_xml;

/// S3 takes at most so many redirects.
const RULES_MAX: usize = 50;

pub(super) async fn get_bucket_website(
    ops: &Operations,
    request: S3Request<GetBucketWebsiteInput>,
) -> S3Result<S3Response<GetBucketWebsiteOutput>> {
    let kind = BucketConfigKind::Website;
    match ops.config(&request.input.bucket, kind).await? {
        Some(BucketConfig::Website(website)) => Ok(S3Response::new(told(website))),
        _ => Err(s3_error!(
            NoSuchWebsiteConfiguration,
            "The specified bucket does not have a website configuration"
        )),
    }
}

pub(super) async fn put_bucket_website(
    ops: &Operations,
    request: S3Request<PutBucketWebsiteInput>,
) -> S3Result<S3Response<PutBucketWebsiteOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let website = parse(request.input.website_configuration)?;
    ops.set(&bucket, BucketConfig::Website(website)).await?;
    Ok(S3Response::new(PutBucketWebsiteOutput {}))
}

pub(super) async fn delete_bucket_website(
    ops: &Operations,
    request: S3Request<DeleteBucketWebsiteInput>,
) -> S3Result<S3Response<DeleteBucketWebsiteOutput>> {
    let kind = BucketConfigKind::Website;
    ops.unset(&request.input.bucket, kind).await?;
    Ok(S3Response::new(DeleteBucketWebsiteOutput {}))
}

fn parse(site: WebsiteConfiguration) -> S3Result<Website> {
    if let Some(all) = site.redirect_all_requests_to {
        let alone = site.index_document.is_none()
            && site.error_document.is_none()
            && site.routing_rules.is_none();
        if !alone {
            return Err(invalid(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            ));
        }
        if all.host_name.is_empty() {
            return Err(malformed_xml());
        }
        return Ok(Website::RedirectAll {
            host: all.host_name,
            protocol: all.protocol.as_ref().map(parse_protocol).transpose()?,
        });
    }
    let index_suffix = site.index_document.map(|index| index.suffix);
    let index_suffix = index_suffix.ok_or_else(|| {
        s3_error!(
            InvalidArgument,
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"
        )
    })?;
    if index_suffix.is_empty() || index_suffix.contains('/') {
        return Err(s3_error!(
            InvalidArgument,
            "The IndexDocument Suffix is not well formed"
        ));
    }
    let error_key = site.error_document.map(|error| error.key);
    if error_key.as_ref().is_some_and(String::is_empty) {
        return Err(s3_error!(
            InvalidArgument,
            "The ErrorDocument Key is not well formed"
        ));
    }
    let rules = site.routing_rules.unwrap_or_default();
    if rules.len() > RULES_MAX {
        return Err(invalid(
            "The number of routing rules must not exceed the limit of 50.",
        ));
    }
    Ok(Website::Pages {
        index_suffix,
        error_key,
        rules: rules.into_iter().map(parse_rule).collect::<S3Result<_>>()?,
    })
}

fn parse_rule(rule: RoutingRule) -> S3Result<stave_model::RoutingRule> {
    let condition = rule.condition.unwrap_or_default();
    let redirect = rule.redirect;
    if redirect == Redirect::default() {
        return Err(malformed_xml());
    }
    if redirect.replace_key_prefix_with.is_some() && redirect.replace_key_with.is_some() {
        return Err(invalid(
            "You can only define ReplaceKeyPrefix or ReplaceKey but not both.",
        ));
    }
    let error = condition.http_error_code_returned_equals;
    let status = redirect.http_redirect_code;
    Ok(stave_model::RoutingRule {
        if_key_prefix: condition.key_prefix_equals,
        if_error: error.map(|code| parse_error_code(&code)).transpose()?,
        host: redirect.host_name,
        protocol: redirect.protocol.as_ref().map(parse_protocol).transpose()?,
        replace_key_prefix: redirect.replace_key_prefix_with,
        replace_key: redirect.replace_key_with,
        status: status.map(|code| parse_redirect_code(&code)).transpose()?,
    })
}

fn parse_protocol(protocol: &Protocol) -> S3Result<String> {
    match protocol.as_str() {
        known @ (Protocol::HTTP | Protocol::HTTPS) => Ok(known.to_owned()),
        _ => Err(invalid(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be \
             selected automatically.",
        )),
    }
}

fn parse_error_code(code: &str) -> S3Result<u16> {
    let number = code.parse().ok();
    number
        .filter(|number| (400..600).contains(number))
        .ok_or_else(|| {
            s3_error!(
                InvalidRequest,
                "The provided HTTP error code ({code}) is not valid. Valid codes are 4XX or 5XX."
            )
        })
}

fn parse_redirect_code(code: &str) -> S3Result<u16> {
    let number = code.parse().ok();
    number
        .filter(|number| (301..400).contains(number))
        .ok_or_else(|| {
            s3_error!(
                InvalidRequest,
                "The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except \
                 300."
            )
        })
}

fn invalid(message: &'static str) -> S3Error {
    s3_error!(InvalidRequest, "{message}")
}

fn told(website: Website) -> GetBucketWebsiteOutput {
    match website {
        Website::RedirectAll { host, protocol } => GetBucketWebsiteOutput {
            redirect_all_requests_to: Some(RedirectAllRequestsTo {
                host_name: host,
                protocol: protocol.map(Protocol::from),
            }),
            ..GetBucketWebsiteOutput::default()
        },
        Website::Pages {
            index_suffix,
            error_key,
            rules,
        } => GetBucketWebsiteOutput {
            error_document: error_key.map(|key| ErrorDocument { key }),
            index_document: Some(IndexDocument {
                suffix: index_suffix,
            }),
            redirect_all_requests_to: None,
            routing_rules: (!rules.is_empty()).then(|| rules.into_iter().map(told_rule).collect()),
        },
    }
}

fn told_rule(rule: stave_model::RoutingRule) -> RoutingRule {
    let condition = Condition {
        http_error_code_returned_equals: rule.if_error.map(|code| code.to_string()),
        key_prefix_equals: rule.if_key_prefix,
    };
    RoutingRule {
        condition: (condition != Condition::default()).then_some(condition),
        redirect: Redirect {
            host_name: rule.host,
            http_redirect_code: rule.status.map(|code| code.to_string()),
            protocol: rule.protocol.map(Protocol::from),
            replace_key_prefix_with: rule.replace_key_prefix,
            replace_key_with: rule.replace_key,
        },
    }
}
