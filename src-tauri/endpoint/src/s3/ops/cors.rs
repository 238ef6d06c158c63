//! The CORS rules of a bucket. What they let in is decided before S3 is asked.

use s3s::dto::{
    CORSRule, DeleteBucketCorsInput, DeleteBucketCorsOutput, GetBucketCorsInput,
    GetBucketCorsOutput, PutBucketCorsInput, PutBucketCorsOutput,
};
use s3s::{S3Request, S3Response, S3Result, s3_error};
use stave_model::{BucketConfig, BucketConfigKind, Cors, CorsError, CorsMethod, CorsRule};

use super::Operations;
use crate::s3::convert::bucket_name;
use crate::s3::errors::malformed_xml;

pub(super) async fn get_bucket_cors(
    ops: &Operations,
    request: S3Request<GetBucketCorsInput>,
) -> S3Result<S3Response<GetBucketCorsOutput>> {
    let kind = BucketConfigKind::Cors;
    match ops.config(&request.input.bucket, kind).await? {
        Some(BucketConfig::Cors(cors)) => Ok(S3Response::new(GetBucketCorsOutput {
            cors_rules: Some(cors.rules().iter().map(told).collect()),
        })),
        _ => Err(s3_error!(
            NoSuchCORSConfiguration,
            "The CORS configuration does not exist"
        )),
    }
}

pub(super) async fn put_bucket_cors(
    ops: &Operations,
    request: S3Request<PutBucketCorsInput>,
) -> S3Result<S3Response<PutBucketCorsOutput>> {
    let bucket = bucket_name(&request.input.bucket)?;
    let rules = request.input.cors_configuration.cors_rules;
    let rules = rules.into_iter().map(rule);
    let cors = Cors::new(rules.collect::<S3Result<_>>()?).map_err(|error| refused(&error))?;
    ops.set(&bucket, BucketConfig::Cors(cors)).await?;
    Ok(S3Response::new(PutBucketCorsOutput {}))
}

pub(super) async fn delete_bucket_cors(
    ops: &Operations,
    request: S3Request<DeleteBucketCorsInput>,
) -> S3Result<S3Response<DeleteBucketCorsOutput>> {
    let kind = BucketConfigKind::Cors;
    ops.unset(&request.input.bucket, kind).await?;
    Ok(S3Response::new(DeleteBucketCorsOutput {}))
}

fn rule(rule: CORSRule) -> S3Result<CorsRule> {
    let method = |name: &String| {
        let message = || {
            format!("Found unsupported HTTP method in CORS config. Unsupported method is {name}")
        };
        CorsMethod::parse(name).ok_or_else(|| s3_error!(InvalidRequest, "{}", message()))
    };
    let seconds = rule.max_age_seconds.map(u32::try_from);
    Ok(CorsRule {
        id: rule.id,
        origins: rule.allowed_origins,
        methods: rule
            .allowed_methods
            .iter()
            .map(method)
            .collect::<S3Result<_>>()?,
        headers: rule.allowed_headers.unwrap_or_default(),
        exposed: rule.expose_headers.unwrap_or_default(),
        max_age_secs: seconds.transpose().map_err(|_| malformed_xml())?,
    })
}

fn told(rule: &CorsRule) -> CORSRule {
    let some = |texts: &[String]| (!texts.is_empty()).then(|| texts.to_vec());
    CORSRule {
        allowed_headers: some(&rule.headers),
        allowed_methods: rule.methods.iter().map(|m| m.as_str().to_owned()).collect(),
        allowed_origins: rule.origins.clone(),
        expose_headers: some(&rule.exposed),
        id: rule.id.clone(),
        max_age_seconds: rule.max_age_secs.and_then(|secs| i32::try_from(secs).ok()),
    }
}

fn refused(error: &CorsError) -> s3s::S3Error {
    match error {
        CorsError::Count | CorsError::NoOrigin | CorsError::NoMethod => malformed_xml(),
        CorsError::Wildcards(text) => s3_error!(
            InvalidRequest,
            "AllowedOrigin or AllowedHeader \"{text}\" can not have more than one wildcard."
        ),
        CorsError::LongId | CorsError::NotAHeader(_) => {
            s3_error!(InvalidRequest, "{error}")
        }
    }
}
