//! A search for values in every form in which a careless program may write them.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use stave_tests::files::files_below;

/// A value to look for.
pub struct Planted {
    name: &'static str,
    /// The bytes themselves, hexadecimal, base64 in each alignment and both alphabets, and Rust's list of numbers.
    forms: Vec<Vec<u8>>,
}

impl Planted {
    pub fn new(name: &'static str, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref();
        assert!(
            value.len() >= 16,
            "{name} is too short to be told from chance"
        );
        let mut forms = vec![
            value.to_vec(),
            hex::encode(value).into(),
            hex::encode_upper(value).into(),
        ];
        for shift in 0..3 {
            let aligned = within_base64(value, shift);
            let url_safe = aligned.replace('+', "-").replace('/', "_");
            forms.extend([aligned.into_bytes(), url_safe.into_bytes()]);
        }
        let mut list = String::new();
        for byte in value {
            write!(list, "{byte}, ").unwrap();
        }
        forms.push(list.trim_end_matches(", ").into());
        Self { name, forms }
    }
}

/// Returns what base64 makes of a value that stands `shift` bytes behind a multiple of three: the characters that
/// depend on it alone.
fn within_base64(value: &[u8], shift: usize) -> String {
    let padded = [vec![0; shift], value.to_vec()].concat();
    let encoded = STANDARD_NO_PAD.encode(&padded);
    encoded[(shift * 8).div_ceil(6)..padded.len() * 8 / 6].to_owned()
}

/// Returns the names of the values that stand somewhere in the bytes, in any form, each once.
pub fn found_in(bytes: &[u8], planted: &[Planted]) -> Vec<&'static str> {
    // Most places are ruled out by their first two bytes.
    let pair = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut begins = vec![false; 1 << 16];
    for form in planted.iter().flat_map(|one| &one.forms) {
        begins[pair(form)] = true;
    }
    let mut found = Vec::new();
    for at in 0..bytes.len().saturating_sub(1) {
        if !begins[pair(&bytes[at..])] {
            continue;
        }
        let here = |one: &&Planted| one.forms.iter().any(|form| bytes[at..].starts_with(form));
        found.extend(planted.iter().filter(here).map(|one| one.name));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns the names of the values that stand in the files of a folder, in their names or bytes, each with its file.
pub fn found_below(folder: &Path, planted: &[Planted]) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for name in files_below(folder) {
        // A file that is gone by now was searched when it was there, or holds what others hold.
        let bytes = std::fs::read(folder.join(&name)).unwrap_or_default();
        for found in [
            found_in(&bytes, planted),
            found_in(name.as_bytes(), planted),
        ]
        .concat()
        {
            all.push((found, name.clone()));
        }
    }
    all
}

#[test]
fn a_value_is_found_in_every_form_and_place() {
    let value: Vec<u8> = (100..132).collect();
    let planted = [Planted::new("value", &value)];
    for before in 0..4 {
        let text = [vec![7; before], value.clone(), vec![9; 5]].concat();
        for form in [
            text.clone(),
            hex::encode(&text).into(),
            hex::encode_upper(&text).into(),
            STANDARD_NO_PAD.encode(&text).into(),
            base64::engine::general_purpose::URL_SAFE
                .encode(&text)
                .into(),
            format!("{text:?}").into(),
        ] {
            assert_eq!(found_in(&form, &planted), ["value"], "{before}");
            let mut other = form.clone();
            other[form.len() / 2] ^= 1;
            assert_eq!(found_in(&other, &planted), [""; 0], "{before}");
        }
    }
}
