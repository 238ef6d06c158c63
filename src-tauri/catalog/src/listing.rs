//! Pages of rows in the order of their keys, folded at a delimiter. A listing seeks: it visits the
//! rows that it tells, one for each common prefix, and one more to know whether there is another
//! page.

use rusqlite::{Row, named_params};
use stave_model::{Fold, fold, prefix_end};

use crate::{Error, ReadTx, Result};

/// Greater than every key, for no UTF-8 text has this byte.
const AFTER_ALL_KEYS: [u8; 1] = [0xFF];

/// What is listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'q> {
    pub(crate) bucket_id: i64,
    pub(crate) prefix: &'q str,
    pub(crate) delimiter: &'q str,
    pub(crate) max: u16,
}

/// Where a listing begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start<'q> {
    /// With the first key.
    Beginning,
    /// Past this key, and past the common prefix that it folds into.
    AfterKey(&'q str),
    /// With this key, unless it folds into a common prefix: that one was told before.
    WithKey(&'q str),
    /// Past this row of the key.
    AfterRow { key: &'q str, row_id: i64 },
}

/// How rows are found and read.
pub(crate) struct Source<T> {
    /// Rows of `:bucket_id` whose key is at least `:from` and less than `:to`, by key.
    pub(crate) by_key: &'static str,
    /// Rows of `:bucket_id` and `:key` that come after the row `:row_id`; for tables in which a key
    /// has many.
    pub(crate) rest_of_key: Option<&'static str>,
    /// Reads a row, which has a column `key`.
    pub(crate) read: fn(&Row<'_>) -> Result<T>,
}

/// A page.
#[derive(Debug)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) common_prefixes: Vec<String>,
    last: Option<Last>,
    more: bool,
}

#[derive(Debug, Clone, Copy)]
enum Last {
    Item,
    CommonPrefix,
}

impl<T> Page<T> {
    /// Makes the mark of where the next page begins; `None` on the last page.
    pub(crate) fn next_after<M>(
        &self,
        of_item: impl FnOnce(&T) -> M,
        of_prefix: impl FnOnce(&str) -> M,
    ) -> Option<M> {
        match self.last.filter(|_| self.more)? {
            Last::Item => self.items.last().map(of_item),
            Last::CommonPrefix => self.common_prefixes.last().map(|p| of_prefix(p)),
        }
    }

    fn push_item(&mut self, item: T) {
        self.items.push(item);
        self.last = Some(Last::Item);
    }

    fn push_common_prefix(&mut self, prefix: &str) {
        self.common_prefixes.push(prefix.to_owned());
        self.last = Some(Last::CommonPrefix);
    }

    /// Returns whether there is no room for one more. Asked with one more at hand, so it settles
    /// `more`.
    fn is_full(&mut self, max: u16) -> bool {
        self.more = self.items.len() + self.common_prefixes.len() >= usize::from(max);
        self.more
    }
}

/// Reads one page.
pub(crate) fn list<T>(
    tx: &ReadTx<'_>,
    source: &Source<T>,
    scope: Scope<'_>,
    start: Start<'_>,
) -> Result<Page<T>> {
    let mut page = Page {
        items: Vec::new(),
        common_prefixes: Vec::new(),
        last: None,
        more: false,
    };
    if scope.max == 0 {
        return Ok(page);
    }
    if let Start::AfterRow { key, row_id } = start
        && scope.tells_key(key)
    {
        rest_of_key(tx, source, scope, (key, row_id), &mut page)?;
    }
    let mut from = Some(scope.first_key(start));
    while let Some(first) = from.filter(|_| !page.more) {
        from = run(tx, source, scope, &first, &mut page)?;
    }
    Ok(page)
}

impl Scope<'_> {
    /// Returns the least key that the listing may tell, as bytes.
    fn first_key(&self, start: Start<'_>) -> Vec<u8> {
        let from = match start {
            Start::Beginning => Vec::new(),
            Start::WithKey(key) if self.tells_key(key) => key.as_bytes().to_vec(),
            Start::AfterKey(key) | Start::WithKey(key) | Start::AfterRow { key, .. } => {
                self.past(key)
            }
        };
        from.max(self.prefix.as_bytes().to_vec())
    }

    /// Returns the least key past `key` and all that fold with it.
    fn past(&self, key: &str) -> Vec<u8> {
        if key.starts_with(self.prefix)
            && let Fold::CommonPrefix(common) = fold(key, self.prefix, self.delimiter)
        {
            return prefix_end(common).unwrap_or(AFTER_ALL_KEYS.to_vec());
        }
        // The least string that is greater.
        [key.as_bytes(), &[0]].concat()
    }

    /// Returns whether the listing tells `key` itself, if there is one.
    fn tells_key(&self, key: &str) -> bool {
        key.starts_with(self.prefix) && fold(key, self.prefix, self.delimiter) == Fold::Key
    }
}

fn rest_of_key<T>(
    tx: &ReadTx<'_>,
    source: &Source<T>,
    scope: Scope<'_>,
    (key, row_id): (&str, i64),
    page: &mut Page<T>,
) -> Result<()> {
    let Some(sql) = source.rest_of_key else {
        return Ok(());
    };
    let mut statement = tx.statement(sql)?;
    let mut rows = statement.query(named_params! {
        ":bucket_id": scope.bucket_id,
        ":key": key.as_bytes(),
        ":row_id": row_id,
    })?;
    while let Some(row) = rows.next()? {
        if page.is_full(scope.max) {
            return Ok(());
        }
        page.push_item((source.read)(row)?);
    }
    Ok(())
}

/// Reads rows from `first` on, until the page is full, the keys end, or a common prefix was told:
/// then returns where to seek to.
fn run<T>(
    tx: &ReadTx<'_>,
    source: &Source<T>,
    scope: Scope<'_>,
    first: &[u8],
    page: &mut Page<T>,
) -> Result<Option<Vec<u8>>> {
    let end = prefix_end(scope.prefix).unwrap_or(AFTER_ALL_KEYS.to_vec());
    let mut statement = tx.statement(source.by_key)?;
    let mut rows = statement.query(named_params! {
        ":bucket_id": scope.bucket_id,
        ":from": first,
        ":to": end,
    })?;
    while let Some(row) = rows.next()? {
        if page.is_full(scope.max) {
            return Ok(None);
        }
        match fold(key_text(row)?, scope.prefix, scope.delimiter) {
            Fold::Key => page.push_item((source.read)(row)?),
            Fold::CommonPrefix(common) => {
                page.push_common_prefix(common);
                return Ok(prefix_end(common));
            }
        }
    }
    Ok(None)
}

fn key_text<'r>(row: &'r Row<'_>) -> Result<&'r str> {
    let damaged = || Error::Damaged { what: "key" };
    let bytes = row.get_ref("key")?.as_blob().map_err(|_| damaged())?;
    std::str::from_utf8(bytes).map_err(|_| damaged())
}
