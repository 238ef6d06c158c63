//! The CORS rules of a bucket: read, written, tried out, widened by what was refused.

#[cfg(test)]
#[path = "cors_test.rs"]
mod cors_test;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use stave_endpoint::cors::{
    CorsProblem, Question, Refused, WidenError, lab as try_out, read_cors, widen, write_cors,
};
use stave_model::{
    BucketConfig, BucketConfigKind, BucketName, Cors, CorsError, CorsMethod, CorsRule,
};
use stave_store::{Result, Store};

use crate::errors::{Answer, Failure};
use crate::views::{
    CorsCheck, CorsDraft, CorsQuestion, CorsRuleView, CorsVerdict, CorsView, PolicyProblem,
};

/// The most bytes of a document of rules, as S3 has it.
const MAX_BYTES: usize = 64 * 1024;

/// The most headers that a question names, and the longest text of each part of it.
const HEADERS_MAX: usize = 100;
const TEXT_MAX: usize = 2_048;

/// What stands for itself in the path of a URL.
const KEY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// Reads the rules of a bucket.
pub async fn read(store: &dyn Store, bucket: &BucketName) -> Result<CorsView> {
    store.head_bucket(bucket).await?;
    let cors = set(store, bucket).await?;
    let rules = cors.as_ref().map_or(&[][..], Cors::rules);
    Ok(CorsView {
        rules: rules.iter().map(CorsRuleView::from).collect(),
        json: write_cors(rules),
    })
}

async fn set(store: &dyn Store, bucket: &BucketName) -> Result<Option<Cors>> {
    let found = store.bucket_config(bucket, BucketConfigKind::Cors);
    Ok(match found.await? {
        Some(BucketConfig::Cors(cors)) => Some(cors),
        _ => None,
    })
}

/// Says what rules mean, or what is wrong with them.
pub fn check(json: &str) -> CorsCheck {
    match parse(json) {
        Ok(cors) => CorsCheck {
            valid: true,
            problems: Vec::new(),
            rules: cors
                .iter()
                .flat_map(Cors::rules)
                .map(CorsRuleView::from)
                .collect(),
        },
        Err(problem) => CorsCheck {
            valid: false,
            problems: vec![PolicyProblem {
                line: problem.line.and_then(|line| u32::try_from(line).ok()),
                message: problem.message,
            }],
            rules: Vec::new(),
        },
    }
}

/// Reads rules; none at all is none.
fn parse(json: &str) -> std::result::Result<Option<Cors>, CorsProblem> {
    if json.trim().is_empty() {
        return Ok(None);
    }
    if json.len() > MAX_BYTES {
        return Err(CorsProblem {
            line: None,
            message: format!("CORS rules have at most {MAX_BYTES} bytes"),
        });
    }
    read_cors(json).map(Some)
}

/// Sets the rules of a bucket; none at all removes them.
pub async fn put(store: &dyn Store, bucket: &BucketName, json: &str) -> Answer<()> {
    let Some(cors) = parse(json).map_err(|problem| refused(&problem))? else {
        let kind = BucketConfigKind::Cors;
        return Ok(store.delete_bucket_config(bucket, kind).await?);
    };
    let config = BucketConfig::Cors(cors);
    Ok(store.put_bucket_config(bucket, config).await?)
}

fn refused(problem: &CorsProblem) -> Failure {
    Failure::new(
        "invalid_cors",
        "these CORS rules cannot be set",
        problem.to_string(),
        "Correct the marked line.",
    )
}

/// Writes rules of the form as JSON. They may still lack something: checking is another matter.
pub fn json_of(rules: Vec<CorsRuleView>) -> Answer<String> {
    let rules: Vec<_> = rules.into_iter().map(rule).collect::<Answer<_>>()?;
    Ok(write_cors(&rules))
}

fn rule(view: CorsRuleView) -> Answer<CorsRule> {
    let methods = view.methods.iter().map(|name| method(name));
    Ok(CorsRule {
        methods: methods.collect::<Answer<_>>()?,
        id: Some(view.id).filter(|id| !id.is_empty()),
        origins: view.origins,
        headers: view.headers,
        exposed: view.exposed,
        max_age_secs: view.max_age,
    })
}

fn method(name: &str) -> Answer<CorsMethod> {
    CorsMethod::parse(name).ok_or_else(|| {
        let message = format!("{name:?} is no method that a CORS rule can allow");
        Failure::refused(
            "invalid_argument",
            &message,
            "Choose of GET, PUT, POST, DELETE and HEAD.",
        )
    })
}

/// Tries out what the rules answer a page; `endpoint` is the address that it would ask.
pub async fn lab(store: &dyn Store, asked: CorsQuestion, endpoint: &str) -> Answer<CorsVerdict> {
    let bucket = BucketName::parse(&asked.bucket)?;
    bounded(&asked)?;
    let cors = match &asked.json {
        Some(draft) => parse(draft).map_err(|problem| refused(&problem))?,
        None => set(store, &bucket).await?,
    };
    let key = utf8_percent_encode(&asked.key, KEY);
    let url = format!("{endpoint}/{bucket}/{key}");
    let question = Question {
        origin: &asked.origin,
        method: &asked.method,
        headers: &asked.headers,
        url: &url,
    };
    Ok(try_out(cors.as_ref(), &question).into())
}

fn bounded(asked: &CorsQuestion) -> Answer<()> {
    let texts = [&asked.origin, &asked.method, &asked.key];
    let mut texts = texts.into_iter().chain(&asked.headers);
    if asked.headers.len() <= HEADERS_MAX && texts.all(|text| text.len() <= TEXT_MAX) {
        return Ok(());
    }
    Err(too_long())
}

fn too_long() -> Failure {
    let message =
        format!("a question has at most {HEADERS_MAX} headers, and texts of {TEXT_MAX} bytes");
    Failure::refused("invalid_argument", &message, "Shorten it.")
}

/// What no rule let in.
pub struct RefusedPage {
    pub origin: String,
    pub method: String,
    pub headers: Vec<String>,
}

/// Writes the rules of a bucket with the least change that lets a page in. They are not set.
pub async fn allow(
    store: &dyn Store,
    bucket: &BucketName,
    page: &RefusedPage,
) -> Answer<CorsDraft> {
    let mut texts = page.headers.iter().chain([&page.origin]);
    if page.headers.len() > HEADERS_MAX || texts.any(|text| text.len() > TEXT_MAX) {
        return Err(too_long());
    }
    let refused = Refused {
        origin: &page.origin,
        method: method(&page.method)?,
        headers: &page.headers,
    };
    store.head_bucket(bucket).await?;
    let cors = set(store, bucket).await?;
    let wider = widen(cors.as_ref(), &refused).map_err(|error| not_widened(&error))?;
    Ok(CorsDraft {
        json: write_cors(wider.rules()),
    })
}

fn not_widened(error: &WidenError) -> Failure {
    let hint = match error {
        WidenError::Null => "Serve the page from an address of its own.",
        WidenError::Pattern(_) => "Write the rule by hand.",
        WidenError::Rules(CorsError::Count) => "Remove rules first.",
        WidenError::Rules(_) => "Correct the rules first.",
    };
    Failure::new("cors_not_widened", error.to_string(), "", hint)
}
