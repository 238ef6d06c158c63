//! How a bucket is a web site, as documents carry it.

use aws_sdk_s3::operation::get_bucket_website::GetBucketWebsiteOutput;
use aws_sdk_s3::types::{
    Condition, ErrorDocument, IndexDocument, Protocol, Redirect, RedirectAllRequestsTo,
    RoutingRule as SdkRule, WebsiteConfiguration,
};
use stave_model::{RoutingRule, Website};
use stave_store::Result;

use crate::words::garbled;

const WRITING: &str = "writing a web site";

pub(crate) fn sdk_website(website: &Website) -> Result<WebsiteConfiguration> {
    let builder = WebsiteConfiguration::builder();
    match website {
        Website::RedirectAll { host, protocol } => {
            let all = RedirectAllRequestsTo::builder()
                .host_name(host)
                .set_protocol(protocol.as_deref().map(Protocol::from))
                .build()
                .map_err(|e| garbled(WRITING, e))?;
            Ok(builder.redirect_all_requests_to(all).build())
        }
        Website::Pages {
            index_suffix,
            error_key,
            rules,
        } => {
            let index = IndexDocument::builder().suffix(index_suffix).build();
            let error = error_key
                .as_ref()
                .map(|key| ErrorDocument::builder().key(key).build());
            let rules: Vec<SdkRule> = rules.iter().map(sdk_rule).collect();
            Ok(builder
                .index_document(index.map_err(|e| garbled(WRITING, e))?)
                .set_error_document(error.transpose().map_err(|e| garbled(WRITING, e))?)
                .set_routing_rules((!rules.is_empty()).then_some(rules))
                .build())
        }
    }
}

pub(crate) fn told_website(told: &GetBucketWebsiteOutput) -> Website {
    if let Some(all) = told.redirect_all_requests_to() {
        return Website::RedirectAll {
            host: all.host_name().to_owned(),
            protocol: all.protocol().map(|protocol| protocol.as_str().to_owned()),
        };
    }
    let index = told.index_document().map(IndexDocument::suffix);
    Website::Pages {
        index_suffix: index.unwrap_or_default().to_owned(),
        error_key: told.error_document().map(|error| error.key().to_owned()),
        rules: told.routing_rules().iter().map(told_rule).collect(),
    }
}

fn sdk_rule(rule: &RoutingRule) -> SdkRule {
    let condition = Condition::builder()
        .set_key_prefix_equals(rule.if_key_prefix.clone())
        .set_http_error_code_returned_equals(rule.if_error.map(|code| code.to_string()))
        .build();
    let conditional = rule.if_key_prefix.is_some() || rule.if_error.is_some();
    let redirect = Redirect::builder()
        .set_host_name(rule.host.clone())
        .set_protocol(rule.protocol.as_deref().map(Protocol::from))
        .set_replace_key_prefix_with(rule.replace_key_prefix.clone())
        .set_replace_key_with(rule.replace_key.clone())
        .set_http_redirect_code(rule.status.map(|status| status.to_string()))
        .build();
    SdkRule::builder()
        .set_condition(conditional.then_some(condition))
        .redirect(redirect)
        .build()
}

fn told_rule(told: &SdkRule) -> RoutingRule {
    let number = |text: &str| text.parse().ok();
    let mut rule = RoutingRule::default();
    if let Some(condition) = told.condition() {
        rule.if_key_prefix = condition.key_prefix_equals().map(str::to_owned);
        let code = condition.http_error_code_returned_equals();
        rule.if_error = code.and_then(number);
    }
    if let Some(redirect) = told.redirect() {
        rule.host = redirect.host_name().map(str::to_owned);
        rule.protocol = redirect.protocol().map(|one| one.as_str().to_owned());
        rule.replace_key_prefix = redirect.replace_key_prefix_with().map(str::to_owned);
        rule.replace_key = redirect.replace_key_with().map(str::to_owned);
        rule.status = redirect.http_redirect_code().and_then(number);
    }
    rule
}
