//! The names of operations in access logs.

use hyper::Method;

/// Sub-resources of a bucket, and what logs call them.
const OF_BUCKETS: [(&str, &str); 25] = [
    ("accelerate", "ACCELERATE"),
    ("acl", "ACL"),
    ("analytics", "ANALYTICS"),
    ("cors", "CORS"),
    ("delete", "MULTI_OBJECT_DELETE"),
    ("encryption", "ENCRYPTION"),
    ("intelligent-tiering", "INTELLIGENT_TIERING"),
    ("inventory", "INVENTORY"),
    ("lifecycle", "LIFECYCLE"),
    ("location", "LOCATION"),
    ("logging", "LOGGING_STATUS"),
    ("metrics", "METRICS"),
    ("notification", "NOTIFICATION"),
    ("object-lock", "OBJECT_LOCK_CONFIGURATION"),
    ("ownershipControls", "OWNERSHIP_CONTROLS"),
    ("policy", "BUCKETPOLICY"),
    ("policyStatus", "POLICY_STATUS"),
    ("publicAccessBlock", "PUBLIC_ACCESS_BLOCK"),
    ("replication", "REPLICATION"),
    ("requestPayment", "REQUEST_PAYMENT"),
    ("tagging", "TAGGING"),
    ("uploads", "UPLOADS"),
    ("versioning", "VERSIONING"),
    ("versions", "BUCKETVERSIONS"),
    ("website", "WEBSITE"),
];

/// Sub-resources of an object, and what logs call them.
const OF_OBJECTS: [(&str, &str); 8] = [
    ("acl", "ACL"),
    ("attributes", "OBJECT_ATTRIBUTES"),
    ("legal-hold", "OBJECT_LOCK_LEGALHOLD"),
    ("restore", "RESTORE"),
    ("retention", "OBJECT_LOCK_RETENTION"),
    ("tagging", "OBJECT_TAGGING"),
    ("torrent", "OBJECT_TORRENT"),
    ("uploads", "UPLOADS"),
];

/// What a request is about.
pub(super) struct Subject<'r> {
    pub(super) method: &'r Method,
    pub(super) query: &'r str,
    pub(super) names_key: bool,
    /// Whether it copies from another object.
    pub(super) copies: bool,
    /// Whether it is one for a page of a web site.
    pub(super) is_page: bool,
}

impl Subject<'_> {
    /// Returns `REST.GET.OBJECT`, say.
    pub(super) fn operation(&self) -> String {
        if self.is_page {
            return format!("WEBSITE.{}.OBJECT", self.method);
        }
        let resource = self.resource();
        if self.copies && ["OBJECT", "PART"].contains(&resource) {
            return format!("REST.COPY.{resource}");
        }
        format!("REST.{}.{resource}", self.method)
    }

    fn resource(&self) -> &'static str {
        if !self.names_key {
            // A POST to a bucket that deletes nothing is a form, which writes an object.
            let plain = if self.method == Method::POST {
                "OBJECT"
            } else {
                "BUCKET"
            };
            return self.named(&OF_BUCKETS).unwrap_or(plain);
        }
        match (self.has("uploadId"), self.method) {
            (true, &Method::PUT) => "PART",
            (true, _) => "UPLOAD",
            (false, _) => self.named(&OF_OBJECTS).unwrap_or("OBJECT"),
        }
    }

    fn named(&self, table: &[(&str, &'static str)]) -> Option<&'static str> {
        let row = table.iter().find(|(name, _)| self.has(name));
        row.map(|(_, resource)| *resource)
    }

    fn has(&self, name: &str) -> bool {
        let mut pairs = self.query.split('&');
        pairs.any(|pair| pair.split('=').next() == Some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is_called(method: &Method, target: &str, expected: &str) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let subject = Subject {
            method,
            query,
            names_key: path != "/",
            copies: false,
            is_page: false,
        };
        assert_eq!(subject.operation(), expected);
    }

    #[test]
    fn operations_have_the_names_of_s3() {
        is_called(&Method::GET, "/k", "REST.GET.OBJECT");
        is_called(&Method::GET, "/k?versionId=1", "REST.GET.OBJECT");
        is_called(&Method::DELETE, "/k?tagging", "REST.DELETE.OBJECT_TAGGING");
        is_called(&Method::PUT, "/k?partNumber=1&uploadId=u", "REST.PUT.PART");
        is_called(&Method::POST, "/k?uploadId=u", "REST.POST.UPLOAD");
        is_called(&Method::POST, "/k?uploads", "REST.POST.UPLOADS");
        is_called(&Method::GET, "/?list-type=2&prefix=acl", "REST.GET.BUCKET");
        is_called(&Method::GET, "/?versions", "REST.GET.BUCKETVERSIONS");
        is_called(&Method::PUT, "/?logging=", "REST.PUT.LOGGING_STATUS");
        is_called(&Method::POST, "/?delete", "REST.POST.MULTI_OBJECT_DELETE");
        is_called(&Method::POST, "/", "REST.POST.OBJECT");
    }

    #[test]
    fn copies_and_pages_have_names_of_their_own() {
        let copy = Subject {
            method: &Method::PUT,
            query: "",
            names_key: true,
            copies: true,
            is_page: false,
        };
        assert_eq!(copy.operation(), "REST.COPY.OBJECT");
        let page = Subject {
            method: &Method::GET,
            is_page: true,
            ..copy
        };
        assert_eq!(page.operation(), "WEBSITE.GET.OBJECT");
    }
}
