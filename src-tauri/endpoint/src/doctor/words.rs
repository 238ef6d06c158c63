//! The words of a diagnosis.

use serde::{Deserialize, Serialize};

/// What a person is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// What it comes to, in a sentence or two.
    pub verdict: String,
    /// The cause, for machines.
    pub cause: Cause,
    /// Each part that was looked at, the cause first.
    pub findings: Vec<Finding>,
}

/// One part that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub part: Part,
    /// Whether it is right; `None` where that cannot be told.
    pub ok: Option<bool>,
    /// What was found out.
    pub sentence: String,
    /// What should stand there.
    pub expected: Option<String>,
    /// What stands there.
    pub found: Option<String>,
    /// What to do.
    pub cure: Option<String>,
}

macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the machine word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

words! {
    /// A part of a request.
    Part {
        /// When it is good.
        Time => "time",
        /// Where it goes.
        Host => "host",
        /// The bucket and the key.
        Path => "path",
        /// Its headers.
        Header => "header",
        /// Its method.
        Method => "method",
        /// Its parameters.
        Query => "query",
        /// How it is written.
        Encoding => "encoding",
        /// The key that signed it.
        Key => "key",
        /// Whether it may.
        Policy => "policy",
        /// What it is about.
        Object => "object",
        /// The link that it is.
        Link => "link",
        /// The scope of its signature.
        Region => "region",
        /// The signature as a whole.
        Signature => "signature",
        /// The form that it is.
        Form => "form",
    }
}

words! {
    /// What is wrong.
    Cause {
        /// Nothing that can be seen from here.
        Fine => "fine",
        /// What was pasted is nothing that is known.
        Unreadable => "unreadable",
        /// Nobody signed it.
        Unsigned => "unsigned",
        /// It is signed by the retired version 2.
        SigV2 => "sigv2",
        /// It is for another service, whose keys are not known here.
        Elsewhere => "elsewhere",
        /// It has ended.
        Expired => "expired",
        /// It begins later.
        NotYet => "not-yet",
        /// The clock of who signed is off.
        ClockSkew => "clock-skew",
        /// It says a life that S3 does not take.
        Lifetime => "lifetime",
        /// It was signed for another host.
        Host => "host",
        /// It was signed for another port.
        Port => "port",
        /// `http` and `https`.
        Scheme => "scheme",
        /// It was signed with the bucket in the other place.
        Style => "style",
        /// A signed header is not sent.
        HeaderMissing => "header-missing",
        /// A signed header is sent with another value.
        HeaderChanged => "header-changed",
        /// A header is sent that had to be signed.
        HeaderUnsigned => "header-unsigned",
        /// It was signed for another method.
        Method => "method",
        /// It was signed for another path.
        Path => "path",
        /// Something is percent-encoded twice.
        DoubleEncoded => "double-encoded",
        /// Something is percent-encoded in another way than it was signed.
        WronglyEncoded => "wrongly-encoded",
        /// A letter is composed in another way than it was signed.
        UnicodeForm => "unicode-form",
        /// Parameters were added.
        QueryAdded => "query-added",
        /// Parameters were dropped.
        QueryMissing => "query-missing",
        /// A parameter was changed.
        QueryChanged => "query-changed",
        /// The end is missing.
        Truncated => "truncated",
        /// A line break stands in it.
        BrokenLine => "broken-line",
        /// `&amp;` stands for `&`.
        HtmlEscaped => "html-escaped",
        /// Something that is not of the link stands behind it.
        TrailingText => "trailing-text",
        /// A shell ends the command at the first `&`.
        Unquoted => "unquoted",
        /// The scope is for another region.
        Region => "region",
        /// The scope is for another service.
        Service => "service",
        /// The scope is none.
        Scope => "scope",
        /// The key is not known.
        KeyUnknown => "key-unknown",
        /// The key is turned off.
        KeyDisabled => "key-disabled",
        /// The key was removed.
        KeyDeleted => "key-deleted",
        /// The token of a session's key is missing.
        TokenMissing => "token-missing",
        /// The token is not that of the key.
        TokenWrong => "token-wrong",
        /// The session has ended.
        SessionExpired => "session-expired",
        /// The link was revoked.
        LinkRevoked => "link-revoked",
        /// The link was used as often as it may be.
        LinkUsedUp => "link-used-up",
        /// The link is for something else.
        LinkElsewhere => "link-elsewhere",
        /// No policy and no list allows it, or one denies it.
        Denied => "denied",
        /// There is no such bucket.
        NoBucket => "no-bucket",
        /// There is no such object.
        NoObject => "no-object",
        /// There is no such version.
        NoVersion => "no-version",
        /// The form has ended.
        FormExpired => "form-expired",
        /// A field of the form is not allowed, or says what it may not.
        FormField => "form-field",
        /// The file of the form is too large or too small.
        FormSize => "form-size",
        /// The body is not the one that was signed.
        BodyChanged => "body-changed",
        /// The signature is wrong and nothing that was tried makes it right.
        Signature => "signature",
        /// The server said something else.
        Server => "server",
    }
}

impl Finding {
    /// Begins a finding of something that is wrong.
    pub(super) fn wrong(part: Part, sentence: impl Into<String>) -> Self {
        Self::of(part, Some(false), sentence)
    }

    /// Begins a finding of something that is right.
    pub(super) fn right(part: Part, sentence: impl Into<String>) -> Self {
        Self::of(part, Some(true), sentence)
    }

    /// Begins a finding of something that cannot be told.
    pub(super) fn open(part: Part, sentence: impl Into<String>) -> Self {
        Self::of(part, None, sentence)
    }

    fn of(part: Part, ok: Option<bool>, sentence: impl Into<String>) -> Self {
        Self {
            part,
            ok,
            sentence: sentence.into(),
            expected: None,
            found: None,
            cure: None,
        }
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(super) fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    pub(super) fn cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = Some(cure.into());
        self
    }
}

/// A diagnosis in the making. The first cause that is found counts: what comes later could not be looked at rightly
/// before the earlier is mended.
#[derive(Debug, Default)]
pub(super) struct Report {
    cause: Option<(Cause, usize)>,
    findings: Vec<Finding>,
}

impl Report {
    /// Adds a finding that is no cause.
    pub(super) fn note(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a cause.
    pub(super) fn blame(&mut self, cause: Cause, finding: Finding) {
        let at = self.findings.len();
        self.cause.get_or_insert((cause, at));
        self.findings.push(finding);
    }

    pub(super) fn has_cause(&self) -> bool {
        self.cause.is_some()
    }

    /// Returns whether a part was found right.
    pub(super) fn notes(&self, part: Part) -> bool {
        let mut found = self.findings.iter();
        found.any(|finding| finding.part == part && finding.ok == Some(true))
    }

    pub(super) fn unreadable(mut self, sentence: &str) -> Diagnosis {
        let cure = "Paste the whole link, the whole command, or the whole answer.";
        let finding = Finding::wrong(Part::Signature, sentence).cure(cure);
        self.blame(Cause::Unreadable, finding);
        self.end(Cause::Unreadable, String::new())
    }

    /// Ends the diagnosis; `cause` and `verdict` are for where nothing was found wrong.
    pub(super) fn end(mut self, cause: Cause, verdict: String) -> Diagnosis {
        let Some((cause, at)) = self.cause else {
            return Diagnosis {
                verdict,
                cause,
                findings: self.findings,
            };
        };
        let first = self.findings.remove(at);
        let verdict = match &first.cure {
            Some(cure) => format!("{} {cure}", first.sentence),
            None => first.sentence.clone(),
        };
        self.findings.insert(0, first);
        // What is wrong before what is right.
        self.findings[1..].sort_by_key(|finding| finding.ok != Some(false));
        Diagnosis {
            verdict,
            cause,
            findings: self.findings,
        }
    }
}
