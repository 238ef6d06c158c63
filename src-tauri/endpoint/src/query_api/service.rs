//! Which service a request is for: the Query protocol says it nowhere but in the scope of the signature.

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

use crate::json::Service;

/// A service that speaks the Query protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum QueryService {
    Iam,
    Sts,
}

/// The request is for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoService;

impl QueryService {
    /// Reads for which service a head is signed. Whether it is, the verifier says.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, NoService> {
        let header = headers
            .get(AUTHORIZATION)
            .and_then(|text| text.to_str().ok());
        let scope = header.and_then(|text| text.split_once("Credential="));
        let scope = scope.and_then(|(_, rest)| rest.split(',').next());
        let mut named = scope.unwrap_or_default().trim().rsplit('/').skip(1);
        match named.next() {
            Some("iam") => Ok(Self::Iam),
            Some("sts") => Ok(Self::Sts),
            _ => Err(NoService),
        }
    }

    /// Returns its name in the scope of a credential, and before the names of its actions.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
        }
    }

    /// Returns the version of its interface, the one that there is.
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::Iam => "2010-05-08",
            Self::Sts => "2011-06-15",
        }
    }

    /// Returns the name space of its documents.
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }

    /// Returns it as the verifier knows it. Both are the same in every region.
    pub(super) fn to_verify(self) -> Service<'static> {
        Service {
            scope: self.name(),
            region: None,
            unavailable: "ServiceUnavailable",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[track_caller]
    fn is_for(authorization: &str, expected: Result<QueryService, NoService>) {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
        assert_eq!(QueryService::of(&headers), expected, "{authorization}");
    }

    #[test]
    fn the_scope_of_the_signature_names_the_service() {
        let of = |scope: &str| {
            format!(
                "AWS4-HMAC-SHA256 Credential=AK/20240229/{scope}/aws4_request, SignedHeaders=host"
            )
        };
        is_for(&of("us-east-1/iam"), Ok(QueryService::Iam));
        is_for(&of("eu-west-1/sts"), Ok(QueryService::Sts));
        is_for(&of("us-east-1/s3"), Err(NoService));
        is_for("AWS4-HMAC-SHA256 Credential=AK", Err(NoService));
        is_for("AWS AK:f00", Err(NoService));
        assert_eq!(QueryService::of(&HeaderMap::new()), Err(NoService));
    }
}
