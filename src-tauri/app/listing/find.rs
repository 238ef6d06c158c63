//! Jumping to a row by the beginning of its name.

use std::collections::BTreeSet;

use super::cursor::Cursor;
use crate::errors::Answer;

impl Cursor {
    /// Returns the number of the first row whose name begins with `text`, whatever the case, as far
    /// as rows are known.
    pub async fn first_named(&self, text: &str) -> Answer<Option<u64>> {
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(rows) = self.sorted() {
            let text = text.to_lowercase();
            let begins = |key: &str| self.source.name(key).to_lowercase().starts_with(&text);
            let at = rows.iter().position(|row| begins(&row.key));
            return Ok(at.map(|at| at as u64));
        }
        // Rows are in the order of bytes: each spelling is sought for itself, none of the rows is
        // read.
        let mut first = None;
        // A slash in a name is its last character, if it is there at all.
        let text = text.split('/').next().unwrap_or_default();
        for spelling in spellings(text) {
            let Some(entry) = self.source.first_named(&spelling).await? else {
                continue;
            };
            let number = self.number_of(&entry.key).await?;
            first = [first, number].into_iter().flatten().min();
        }
        Ok(first)
    }
}

fn spellings(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let mut chars = lower.chars();
    let capital = chars
        .next()
        .map(|c| format!("{}{}", c.to_uppercase(), chars.as_str()));
    [text.to_owned(), text.to_uppercase(), lower.clone()]
        .into_iter()
        .chain(capital)
        .collect()
}
