//! Pages of a list: `MaxItems` and `Marker` of a call, `IsTruncated` and `Marker` of its answer.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::answer::{Fault, Outcome};
use super::params::Params;
use super::xml::Xml;

/// The items of a page where nobody says how many.
const DEFAULT_ITEMS: u32 = 100;

/// The longest page that IAM takes a wish for.
const ITEMS_MAX: u32 = 1_000;

/// A page, and what is said of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    marker: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a page out of a list. A marker holds the name of the last item told, so that what is added or removed
    /// meanwhile neither doubles nor hides another.
    pub(super) fn cut(
        params: &Params,
        mut items: Vec<T>,
        name: impl Fn(&T) -> String,
    ) -> Outcome<Self> {
        let wanted = params.number("MaxItems", 1, ITEMS_MAX)?;
        let wanted = usize::try_from(wanted.unwrap_or(DEFAULT_ITEMS)).unwrap_or(usize::MAX);
        items.sort_by_cached_key(&name);
        if let Some(marker) = params.text("Marker") {
            let after = URL_SAFE_NO_PAD.decode(marker).ok();
            let after = after.and_then(|bytes| String::from_utf8(bytes).ok());
            let after = after.ok_or_else(|| Fault::invalid("Invalid Marker."))?;
            items.retain(|item| name(item) > after);
        }
        let truncated = items.len() > wanted;
        items.truncate(wanted);
        let last = items.last().filter(|_| truncated);
        Ok(Self {
            marker: last.map(|item| URL_SAFE_NO_PAD.encode(name(item))),
            items,
        })
    }

    /// Says after the list whether there is more.
    pub(super) fn end(marker: Option<&str>, xml: Xml) -> Xml {
        let truncated = if marker.is_some() { "true" } else { "false" };
        xml.text("IsTruncated", truncated).text_of("Marker", marker)
    }

    /// Tells the page as a list of that name.
    pub(super) fn told(self, name: &str, member: impl Fn(&T) -> Xml) -> Xml {
        let list = Xml::new().list(name, self.items.iter().map(member));
        Self::end(self.marker.as_deref(), list)
    }
}

impl Page<String> {
    /// Tells a page of names.
    pub(super) fn told_names(self, name: &str) -> Xml {
        let list = Xml::new().texts(name, self.items.iter().map(String::as_str));
        Self::end(self.marker.as_deref(), list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(form: &str) -> Outcome<Page<String>> {
        let names = ["c", "a", "b"].map(str::to_owned).to_vec();
        let params = Params::parse(form.as_bytes()).unwrap();
        Page::cut(&params, names, String::clone)
    }

    #[test]
    fn pages_follow_one_another() {
        let first = cut("MaxItems=2").unwrap();
        assert_eq!(first.items, ["a", "b"]);
        let marker = first.marker.clone().unwrap();
        let second = cut(&format!("MaxItems=2&Marker={marker}")).unwrap();
        assert_eq!((second.items, second.marker), (vec!["c".to_owned()], None));
        assert_eq!(cut("").unwrap().items, ["a", "b", "c"]);
    }

    #[test]
    fn limits_and_markers_are_checked() {
        for form in ["MaxItems=0", "MaxItems=1001", "Marker=%C2%A7"] {
            assert!(cut(form).is_err(), "{form}");
        }
        assert!(cut("MaxItems=1000").is_ok());
    }
}
