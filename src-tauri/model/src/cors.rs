//! Which pages of other origins may reach a bucket from a browser: S3's CORS rules, and their decision.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

mod miss;

pub use miss::{Miss, MissReason};

/// The most rules of a bucket.
pub const CORS_RULES_MAX: usize = 100;

/// A method that a rule can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CorsMethod {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `HEAD`
    Head,
}

impl CorsMethod {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Get, Self::Put, Self::Post, Self::Delete, Self::Head];

    /// Returns the name of the method.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
        }
    }

    /// Parses the name of a method, in capitals as HTTP has it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }
}

/// A rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorsRule {
    /// A name of its own, at most 255 characters.
    pub id: Option<String>,
    /// The origins that it lets in, each with at most one `*`.
    pub origins: Vec<String>,
    /// The methods.
    pub methods: Vec<CorsMethod>,
    /// The headers that a request may carry, each with at most one `*`; compared without regard to case.
    pub headers: Vec<String>,
    /// The headers of the answer that a page may read beside those that every page may.
    pub exposed: Vec<String>,
    /// For how many seconds a browser need not ask again.
    pub max_age_secs: Option<u32>,
}

/// Why rules are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsError {
    /// There is none, or there are more than a hundred.
    Count,
    /// A rule without an origin.
    NoOrigin,
    /// A rule without a method.
    NoMethod,
    /// A pattern with more than one `*`; the text is it.
    Wildcards(String),
    /// A name longer than 255 characters.
    LongId,
    /// What cannot stand in a header; the text is it.
    NotAHeader(String),
}

impl std::fmt::Display for CorsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count => write!(f, "a bucket has 1 to {CORS_RULES_MAX} CORS rules"),
            Self::NoOrigin => f.write_str("a CORS rule names at least one origin"),
            Self::NoMethod => f.write_str("a CORS rule names at least one method"),
            Self::Wildcards(text) => write!(f, "{text:?} can not have more than one wildcard"),
            Self::LongId => f.write_str("the id of a CORS rule has at most 255 characters"),
            Self::NotAHeader(text) => write!(f, "{text:?} cannot stand in a header"),
        }
    }
}

impl std::error::Error for CorsError {}

/// The rules of a bucket, in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    rules: Vec<CorsRule>,
}

/// What a browser asks before it sends a request of another origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight<'a> {
    /// `Origin`
    pub origin: &'a str,
    /// `Access-Control-Request-Method`
    pub method: CorsMethod,
    /// The names in `Access-Control-Request-Headers`.
    pub headers: Vec<&'a str>,
}

/// What a rule lets a page of an origin do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowed<'a> {
    /// The number of the rule, from 0.
    pub at: usize,
    /// The rule.
    pub rule: &'a CorsRule,
    /// The origin as the rule names it: it alone tells whether any origin may come.
    pub pattern: &'a str,
}

impl Allowed<'_> {
    /// Returns the value of `Access-Control-Allow-Origin` for a request of this origin.
    pub fn origin<'o>(&self, origin: &'o str) -> &'o str {
        if self.pattern == "*" { "*" } else { origin }
    }

    /// Returns whether a page may send what the browser keeps for us (`Access-Control-Allow-Credentials`): only
    /// of an origin that the rule names in full.
    pub fn with_credentials(&self) -> bool {
        !self.pattern.contains('*')
    }
}

/// Why no rule lets a request in: how far the rule came that came farthest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unmatched {
    /// No rule names the origin.
    Origin,
    /// Rules name the origin, and none of them the method.
    Method,
    /// Rules name the origin and the method, and none of them all headers.
    Headers,
}

/// How the rules decide a request, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement<'a> {
    /// What the first rule that lets it in allows; `None` where none does.
    pub allowed: Option<Allowed<'a>>,
    /// Why each rule before it does not let it in; each rule at all where none does.
    pub misses: Vec<Miss>,
}

impl Judgement<'_> {
    /// Returns why the rule that came nearest does not let the request in.
    pub fn nearest(&self) -> Option<&Miss> {
        miss::nearest(&self.misses)
    }
}

impl Cors {
    /// Takes rules that S3 would take.
    pub fn new(rules: Vec<CorsRule>) -> Result<Self, CorsError> {
        if rules.is_empty() || rules.len() > CORS_RULES_MAX {
            return Err(CorsError::Count);
        }
        rules.iter().try_for_each(CorsRule::check)?;
        Ok(Self { rules })
    }

    /// Returns the rules.
    pub fn rules(&self) -> &[CorsRule] {
        &self.rules
    }

    /// Decides what a browser asks beforehand: by the first rule that names origin, method and all headers.
    pub fn preflight(&self, asked: &Preflight<'_>) -> Result<Allowed<'_>, Unmatched> {
        let headers = |rule: &CorsRule| {
            let named = |header: &&str| rule.headers.iter().any(|p| matches_header(p, header));
            asked.headers.iter().all(named)
        };
        self.first(asked.origin, asked.method, headers)
    }

    /// Decides a request itself, whose headers were asked about beforehand.
    pub fn request(&self, origin: &str, method: CorsMethod) -> Result<Allowed<'_>, Unmatched> {
        self.first(origin, method, |_| true)
    }

    /// Decides as [`Cors::preflight`] does, and says of each rule that does not let the request in why.
    pub fn judge(&self, asked: &Preflight<'_>) -> Judgement<'_> {
        let allowed = self.preflight(asked).ok();
        let asked_before = allowed.map_or(self.rules.len(), |allowed| allowed.at);
        let rules = self.rules[..asked_before].iter().enumerate();
        let misses = rules.filter_map(|(at, rule)| Miss::of(at, rule, asked));
        Judgement {
            allowed,
            misses: misses.collect(),
        }
    }

    fn first(
        &self,
        origin: &str,
        method: CorsMethod,
        headers: impl Fn(&CorsRule) -> bool,
    ) -> Result<Allowed<'_>, Unmatched> {
        let mut farthest = Unmatched::Origin;
        for (at, rule) in self.rules.iter().enumerate() {
            let Some(pattern) = rule.origins.iter().find(|p| matches(p, origin)) else {
                continue;
            };
            if !rule.methods.contains(&method) {
                farthest = farthest.max(Unmatched::Method);
            } else if !headers(rule) {
                farthest = farthest.max(Unmatched::Headers);
            } else {
                return Ok(Allowed { at, rule, pattern });
            }
        }
        Err(farthest)
    }
}

impl CorsRule {
    /// Fails where S3 would not take the rule.
    pub fn check(&self) -> Result<(), CorsError> {
        check(self)
    }
}

fn check(rule: &CorsRule) -> Result<(), CorsError> {
    if rule.origins.is_empty() {
        return Err(CorsError::NoOrigin);
    }
    if rule.methods.is_empty() {
        return Err(CorsError::NoMethod);
    }
    if rule.id.as_ref().is_some_and(|id| id.chars().count() > 255) {
        return Err(CorsError::LongId);
    }
    let texts = || rule.origins.iter().chain(&rule.headers);
    if let Some(text) = texts().find(|text| text.matches('*').count() > 1) {
        return Err(CorsError::Wildcards(text.clone()));
    }
    let visible = |text: &&String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    match texts().chain(&rule.exposed).find(|text| !visible(text)) {
        Some(text) => Err(CorsError::NotAHeader(text.clone())),
        None => Ok(()),
    }
}

/// Returns whether a text is what a pattern with at most one `*` stands for.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
    }
}

fn matches_header(pattern: &str, header: &str) -> bool {
    matches(&pattern.to_ascii_lowercase(), &header.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(origins: &[&str], methods: &[CorsMethod], headers: &[&str]) -> CorsRule {
        CorsRule {
            origins: origins.iter().map(|&o| o.to_owned()).collect(),
            methods: methods.to_vec(),
            headers: headers.iter().map(|&h| h.to_owned()).collect(),
            ..CorsRule::default()
        }
    }

    fn preflight<'a>(origin: &'a str, method: CorsMethod, headers: &[&'a str]) -> Preflight<'a> {
        Preflight {
            origin,
            method,
            headers: headers.to_vec(),
        }
    }

    #[test]
    fn a_pattern_has_one_star_that_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("http://a.example", "http://a.example", true),
            ("http://a.example", "http://A.example", false),
            ("http://*.example", "http://a.b.example", true),
            ("http://*.example", "http://.example", true),
            ("http://*.example", "http://example", false),
            ("aba*aba", "aba", false),
            ("*", "null", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_first_rule_that_names_all_decides_and_says_whom_it_lets_in() {
        let cors = Cors::new(vec![
            rule(&["http://a.example"], &[CorsMethod::Get], &[]),
            rule(&["http://a.example"], &[CorsMethod::Put], &["x-amz-*"]),
            rule(&["*"], &[CorsMethod::Put, CorsMethod::Get], &["*"]),
        ])
        .unwrap();
        let decide = |origin, method, headers: &[&str]| {
            let allowed = cors.preflight(&preflight(origin, method, headers));
            let allowed = allowed.unwrap();
            (
                allowed.at,
                allowed.origin(origin).to_owned(),
                allowed.with_credentials(),
            )
        };
        let named = "http://a.example";
        assert_eq!(
            decide(named, CorsMethod::Get, &[]),
            (0, named.to_owned(), true)
        );
        assert_eq!(
            decide(named, CorsMethod::Put, &["X-Amz-Acl"]),
            (1, named.to_owned(), true)
        );
        assert_eq!(
            decide(named, CorsMethod::Put, &["X-Amz-Acl", "Content-Type"]),
            (2, "*".to_owned(), false)
        );
        assert_eq!(
            decide("null", CorsMethod::Get, &["range"]),
            (2, "*".to_owned(), false)
        );
    }

    #[test]
    fn what_no_rule_lets_in_is_told_by_what_was_missing_last() {
        let cors = Cors::new(vec![
            rule(&["http://a.example"], &[CorsMethod::Get], &["range"]),
            rule(&["http://*.b.example"], &[CorsMethod::Put], &[]),
        ])
        .unwrap();
        let why = |origin, method, headers: &[&str]| {
            cors.preflight(&preflight(origin, method, headers))
                .unwrap_err()
        };
        assert_eq!(
            why("http://c.example", CorsMethod::Get, &[]),
            Unmatched::Origin
        );
        assert_eq!(
            why("http://a.example", CorsMethod::Put, &[]),
            Unmatched::Method
        );
        assert_eq!(
            why("http://a.example", CorsMethod::Get, &["range", "x-y"]),
            Unmatched::Headers
        );
        assert_eq!(
            cors.request("http://x.b.example", CorsMethod::Put)
                .map(|a| a.at),
            Ok(1)
        );
        assert_eq!(
            cors.request("http://x.b.example", CorsMethod::Get),
            Err(Unmatched::Method)
        );
    }

    #[test]
    fn rules_that_s3_would_not_take_are_refused() {
        let good = rule(&["*"], &[CorsMethod::Get], &[]);
        assert!(Cors::new(vec![good.clone(); 100]).is_ok());
        let refused = |rule| Cors::new(vec![rule]).unwrap_err();
        assert_eq!(Cors::new(vec![]), Err(CorsError::Count));
        assert_eq!(Cors::new(vec![good.clone(); 101]), Err(CorsError::Count));
        assert_eq!(
            refused(rule(&[], &[CorsMethod::Get], &[])),
            CorsError::NoOrigin
        );
        assert_eq!(refused(rule(&["*"], &[], &[])), CorsError::NoMethod);
        assert_eq!(
            refused(rule(&["*.*"], &[CorsMethod::Get], &[])),
            CorsError::Wildcards("*.*".to_owned())
        );
        assert_eq!(
            refused(rule(&["*"], &[CorsMethod::Get], &["x-*-*"])),
            CorsError::Wildcards("x-*-*".to_owned())
        );
        assert_eq!(
            refused(rule(&["http://a\r\nb"], &[CorsMethod::Get], &[])),
            CorsError::NotAHeader("http://a\r\nb".to_owned())
        );
        let long = CorsRule {
            id: Some("i".repeat(256)),
            ..good
        };
        assert_eq!(refused(long), CorsError::LongId);
    }

    #[test]
    fn methods_are_read_as_they_are_written() {
        for one in CorsMethod::ALL {
            assert_eq!(CorsMethod::parse(one.as_str()), Some(one));
        }
        assert_eq!(CorsMethod::parse("get"), None);
        assert_eq!(CorsMethod::parse("OPTIONS"), None);
    }
}
