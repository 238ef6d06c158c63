//! Conditional requests (RFC 9110, section 13; S3's conditional reads and writes).

use crate::{ETag, Timestamp};

/// The value of `If-Match` or `If-None-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ETagCondition {
    /// `*`: any existing object.
    Any,
    /// One of these tags.
    OneOf(Vec<ETag>),
}

impl ETagCondition {
    /// Parses the header's value: `*`, or tags separated by commas.
    pub fn parse(value: &str) -> Self {
        if value.trim() == "*" {
            return Self::Any;
        }
        Self::OneOf(value.split(',').map(ETag::parse).collect())
    }

    fn matches(&self, etag: &ETag) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(etag),
        }
    }
}

/// The four conditions that a request may carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`.
    pub if_match: Option<ETagCondition>,
    /// `If-None-Match`.
    pub if_none_match: Option<ETagCondition>,
    /// `If-Modified-Since`, in whole seconds.
    pub if_modified_since: Option<Timestamp>,
    /// `If-Unmodified-Since`, in whole seconds.
    pub if_unmodified_since: Option<Timestamp>,
}

/// What a condition says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Proceed,
    /// Answer 304: the client has it already.
    NotModified,
    /// Answer 412.
    PreconditionFailed,
    /// A write asked to replace an object that is not there: 404.
    NoSuchKey,
}

impl Conditions {
    /// Returns whether the request carries no condition.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Decides a read of an object that exists, in HTTP's order: `If-Match` outranks
    /// `If-Unmodified-Since`, `If-None-Match` outranks `If-Modified-Since`.
    pub fn decide_read(&self, etag: &ETag, modified: Timestamp) -> Decision {
        match (&self.if_match, self.if_unmodified_since) {
            (Some(condition), _) if !condition.matches(etag) => {
                return Decision::PreconditionFailed;
            }
            (None, Some(since)) if modified.as_secs() > since.as_secs() => {
                return Decision::PreconditionFailed;
            }
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(condition), _) if condition.matches(etag) => Decision::NotModified,
            (None, Some(since)) if modified.as_secs() <= since.as_secs() => Decision::NotModified,
            _ => Decision::Proceed,
        }
    }

    /// Decides a write over the present latest version; `None` where the key has none or it is a delete
    /// marker. `If-Match` on a missing key is `NoSuchKey`, also for `*`
    /// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>).
    pub fn decide_write(&self, present: Option<&ETag>) -> Decision {
        match (&self.if_match, present) {
            (Some(_), None) => return Decision::NoSuchKey,
            (Some(condition), Some(etag)) if !condition.matches(etag) => {
                return Decision::PreconditionFailed;
            }
            _ => {}
        }
        match (&self.if_none_match, present) {
            (Some(condition), Some(etag)) if condition.matches(etag) => {
                Decision::PreconditionFailed
            }
            _ => Decision::Proceed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> ETag {
        ETag::parse(text)
    }

    fn if_match(value: &str) -> Conditions {
        Conditions {
            if_match: Some(ETagCondition::parse(value)),
            ..Conditions::default()
        }
    }

    fn if_none_match(value: &str) -> Conditions {
        Conditions {
            if_none_match: Some(ETagCondition::parse(value)),
            ..Conditions::default()
        }
    }

    #[test]
    fn reads_follow_the_order_of_http() {
        let at = Timestamp::from_millis(10_500);
        let early = Some(Timestamp::from_millis(9_000));
        let same = Some(Timestamp::from_millis(10_000));
        let check =
            |c: &Conditions, expected| assert_eq!(c.decide_read(&tag("a"), at), expected, "{c:?}");
        check(&Conditions::default(), Decision::Proceed);
        check(&if_match("\"a\""), Decision::Proceed);
        check(&if_match("*"), Decision::Proceed);
        check(&if_match("\"b\", \"a\""), Decision::Proceed);
        check(&if_match("\"b\""), Decision::PreconditionFailed);
        check(&if_none_match("\"a\""), Decision::NotModified);
        check(&if_none_match("\"b\""), Decision::Proceed);
        check(
            &Conditions {
                if_modified_since: same,
                ..Conditions::default()
            },
            Decision::NotModified,
        );
        check(
            &Conditions {
                if_modified_since: early,
                ..Conditions::default()
            },
            Decision::Proceed,
        );
        check(
            &Conditions {
                if_unmodified_since: early,
                ..Conditions::default()
            },
            Decision::PreconditionFailed,
        );
        check(
            &Conditions {
                if_unmodified_since: early,
                ..if_match("a")
            },
            Decision::Proceed,
        );
        check(
            &Conditions {
                if_modified_since: same,
                ..if_none_match("b")
            },
            Decision::Proceed,
        );
    }

    #[test]
    fn writes_tell_a_missing_key_from_another_tag() {
        let check = |c: &Conditions, present: Option<&str>, expected| {
            assert_eq!(
                c.decide_write(present.map(tag).as_ref()),
                expected,
                "{c:?} over {present:?}"
            );
        };
        check(&if_none_match("*"), None, Decision::Proceed);
        check(&if_none_match("*"), Some("a"), Decision::PreconditionFailed);
        check(&if_match("a"), Some("a"), Decision::Proceed);
        check(&if_match("a"), Some("b"), Decision::PreconditionFailed);
        check(&if_match("a"), None, Decision::NoSuchKey);
        check(&if_match("*"), None, Decision::NoSuchKey);
    }
}
