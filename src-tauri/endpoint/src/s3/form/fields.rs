//! The fields of a form: each name once, in lower case, in the order in which they came.

use hyper::header::{HeaderName, HeaderValue};
use hyper::{HeaderMap, StatusCode};

use super::multipart::Multipart;
use super::{Form, from_fault};
use crate::server::Refusal;

/// The field that is the object.
const FILE: &str = "file";

/// What stands for the name of the file.
const VARIABLE: &str = "${filename}";

/// Fields that are taken as they are: what signs, and what is signed.
const VERBATIM: [&str; 4] = ["policy", "signature", "x-amz-signature", "awsaccesskeyid"];

/// Fields that say with an object what a header of the same name says with a PUT.
const HEADERS: [&str; 7] = [
    "cache-control",
    "content-type",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "expires",
];

/// The fields before the file.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the value of a field that S3 demands.
    pub(super) fn demand(&self, name: &str, shown: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| {
            let message = format!(
                "Bucket POST must contain a field named '{shown}'.  If it is specified, please \
                 check the order of the fields."
            );
            invalid_argument(message, shown, "")
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns what a PUT of the same object would say in its headers.
    pub(super) fn headers(&self) -> Result<HeaderMap, Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in self.iter() {
            let header = match name {
                "acl" => "x-amz-acl",
                // A form names its list; it does not write it out.
                name if name.starts_with("x-amz-grant-") => {
                    let message = "A form takes a canned list in the field acl alone.";
                    return Err(invalid_argument(message, name, value));
                }
                name if HEADERS.contains(&name) || name.starts_with("x-amz-") => name,
                _ => continue,
            };
            let invalid = || {
                invalid_argument(
                    "The value of a field is not valid",
                    name,
                    shown(name, value),
                )
            };
            let header = HeaderName::try_from(header).map_err(|_| invalid())?;
            let value = HeaderValue::try_from(value).map_err(|_| invalid())?;
            headers.insert(header, value);
        }
        Ok(headers)
    }

    fn add(&mut self, name: &str, value: &[u8]) -> Result<(), Refusal> {
        let name = name.to_ascii_lowercase();
        let value = String::from_utf8(value.to_vec());
        let value =
            value.map_err(|_| invalid_argument("The value of a field is not UTF-8", &name, ""))?;
        if self.get(&name).is_some() {
            let message = "A field stands more than once in the form.";
            return Err(invalid_argument(message, &name, shown(&name, &value)));
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Puts the name of the file in the place of its variable. Some browsers send a path.
    fn expand(&mut self, file_name: &str) {
        let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        for (name, value) in &mut self.0 {
            if !VERBATIM.contains(&name.as_str()) && value.contains(VARIABLE) {
                *value = value.replace(VARIABLE, last);
            }
        }
    }
}

/// Reads a form as far as its file.
pub(super) async fn read(mut multipart: Multipart) -> Result<Form, Refusal> {
    let mut fields = Fields::default();
    while let Some(head) = multipart.next_part().await.map_err(from_fault)? {
        if head.name.eq_ignore_ascii_case(FILE) {
            fields.expand(head.file_name.as_deref().unwrap_or_default());
            return Ok(Form { fields, multipart });
        }
        let value = multipart.value().await.map_err(from_fault)?;
        fields.add(&head.name, &value)?;
    }
    let message = "POST requires exactly one file upload per request.";
    Err(invalid_argument(message, FILE, "0"))
}

/// Returns what may be told of a value: of the key of a customer nothing.
fn shown<'v>(name: &str, value: &'v str) -> &'v str {
    if name.ends_with("-customer-key") {
        ""
    } else {
        value
    }
}

/// Refuses a field.
pub(super) fn invalid_argument(
    message: impl Into<std::borrow::Cow<'static, str>>,
    name: &str,
    value: &str,
) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidArgument", message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value)
}
