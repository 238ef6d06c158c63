//! Pages of a list: `Limit` and `Marker` of a request, `Truncated` and `NextMarker` of its answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::json::{JsonError, Outcome};

/// The longest page that AWS KMS takes a wish for.
const LIMIT_MAX: usize = 1_000;

/// Which page is wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PageWish {
    limit: Option<usize>,
    marker: Option<String>,
}

/// What is said of a page.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PageEnd {
    truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
}

impl PageWish {
    /// Cuts a page out of a list that ascends by `name`, which a marker holds of the last item told.
    pub(super) fn cut<T>(
        self,
        default_limit: usize,
        mut items: Vec<T>,
        name: impl Fn(&T) -> String,
    ) -> Outcome<(Vec<T>, PageEnd)> {
        let limit = self.limit.unwrap_or(default_limit);
        if !(1..=LIMIT_MAX).contains(&limit) {
            let message = format!("Limit must be 1 to {LIMIT_MAX}.");
            return Err(JsonError::invalid(message));
        }
        if let Some(marker) = self.marker {
            let after = URL_SAFE_NO_PAD.decode(marker).ok();
            let after = after.and_then(|bytes| String::from_utf8(bytes).ok());
            let after = after.ok_or_else(|| {
                JsonError::new("InvalidMarkerException", "The marker is none of this list.")
            })?;
            items.retain(|item| name(item) > after);
        }
        let truncated = items.len() > limit;
        items.truncate(limit);
        let last = items.last().filter(|_| truncated);
        let end = PageEnd {
            truncated,
            next_marker: last.map(|item| URL_SAFE_NO_PAD.encode(name(item))),
        };
        Ok((items, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(limit: Option<usize>, marker: Option<String>) -> Outcome<(Vec<u32>, PageEnd)> {
        let wish = PageWish { limit, marker };
        wish.cut(2, vec![1, 2, 3], u32::to_string)
    }

    #[test]
    fn pages_follow_one_another() {
        let (first, end) = cut(None, None).unwrap();
        assert_eq!((first, end.truncated), (vec![1, 2], true));
        let (second, end) = cut(None, end.next_marker).unwrap();
        assert_eq!((second, end.truncated), (vec![3], false));
        assert_eq!(end.next_marker, None);
    }

    #[test]
    fn limits_and_markers_are_checked() {
        assert!(cut(Some(0), None).is_err());
        assert!(cut(Some(1_001), None).is_err());
        assert!(cut(Some(1_000), None).is_ok());
        assert!(cut(None, Some("§".to_owned())).is_err());
    }
}
