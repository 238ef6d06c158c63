//! Reads a `curl` line as a shell and `curl` would.

use super::http::take_header;
use super::link::take_url;
use crate::doctor::pasted::{FormFields, Pasted, Shape};
use crate::doctor::words::{Cause, Finding, Part};

/// Options that are followed by a word that says nothing of the request.
const WITH_A_WORD: [&str; 16] = [
    "-o",
    "--output",
    "-A",
    "--user-agent",
    "-e",
    "--referer",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "-w",
    "--write-out",
    "--resolve",
    "--cacert",
    "-x",
    "--proxy",
];

/// A word, and whether a part of it stood in quotes.
struct Word {
    text: String,
    quoted: bool,
}

/// Reads the line.
pub(super) fn read(line: &str) -> Option<Pasted> {
    let words = words(line);
    let mut pasted = Pasted::empty(Shape::Request);
    let mut url = None;
    let mut rest = words.into_iter().skip(1);
    while let Some(word) = rest.next() {
        let (option, attached) = split_option(&word.text);
        let mut value = || attached.clone().or_else(|| rest.next().map(|w| w.text));
        match option.as_str() {
            "-X" | "--request" => pasted.method = value(),
            "-H" | "--header" => {
                let header = value().unwrap_or_default();
                let (name, value) = header.split_once(':').unwrap_or((&header, ""));
                take_header(&mut pasted, name, value);
            }
            "-T" | "--upload-file" => {
                value();
                default_method(&mut pasted, "PUT");
            }
            "-I" | "--head" => default_method(&mut pasted, "HEAD"),
            "-d" | "--data" | "--data-ascii" | "--data-raw" | "--data-binary" => {
                let data = value().unwrap_or_default();
                default_method(&mut pasted, "POST");
                if !data.starts_with('@') {
                    pasted.body = Some(data.into_bytes());
                }
                if pasted.header("content-type").is_none() {
                    let form = "application/x-www-form-urlencoded";
                    take_header(&mut pasted, "content-type", form);
                }
            }
            "-F" | "--form" => {
                default_method(&mut pasted, "POST");
                take_field(&mut pasted, &value().unwrap_or_default());
            }
            "--url" => url = value().map(|text| Word { text, quoted: true }),
            option if WITH_A_WORD.contains(&option) => {
                value();
            }
            option if option.starts_with('-') => {}
            _ => url = Some(word),
        }
    }
    let url = url?;
    // The last header of a name is the one that the person set; `curl` leaves out its own then.
    last_of_each(&mut pasted.headers);
    let (host, text) = (pasted.host.clone(), as_shells_see(&url, &mut pasted));
    take_url(&mut pasted, &text)?;
    if !host.is_empty() {
        pasted.host = host;
    }
    default_method(&mut pasted, "GET");
    Some(pasted)
}

fn default_method(pasted: &mut Pasted, method: &str) {
    pasted.method.get_or_insert_with(|| method.to_owned());
}

fn take_field(pasted: &mut Pasted, field: &str) {
    let form = pasted.form.get_or_insert_with(FormFields::default);
    let (name, value) = field.split_once('=').unwrap_or((field, ""));
    if name != "file" {
        form.fields.push((name.to_owned(), value.to_owned()));
    }
}

fn last_of_each(headers: &mut Vec<(String, String)>) {
    let names: Vec<String> = headers.iter().map(|(name, _)| name.clone()).collect();
    let mut at = 0;
    headers.retain(|(name, _)| {
        at += 1;
        !names[at..].contains(name)
    });
}

/// Cuts a URL where a shell ends the command.
fn as_shells_see(url: &Word, pasted: &mut Pasted) -> String {
    let text = if url.text.contains("://") {
        url.text.clone()
    } else {
        format!("http://{}", url.text)
    };
    if url.quoted {
        return text;
    }
    let Some((before, _)) = text.split_once('&') else {
        return text;
    };
    let finding = Finding::wrong(
        Part::Query,
        "The URL stands without quotes: a shell ends the command at the first &, so that only the \
         first parameter is sent.",
    )
    .expected("'…?a=1&b=2'")
    .found(format!(
        "…{}",
        before.rsplit('?').next().unwrap_or_default()
    ))
    .cure("Put the URL in single quotes.");
    pasted.mended.push((Cause::Unquoted, finding));
    text
}

/// Takes `-XPUT` and `--request=PUT` apart.
fn split_option(word: &str) -> (String, Option<String>) {
    if let Some((option, value)) = word.split_once('=').filter(|(o, _)| o.starts_with("--")) {
        return (option.to_owned(), Some(value.to_owned()));
    }
    let is_short = word.starts_with('-') && !word.starts_with("--") && word.len() > 2;
    if is_short && word.is_char_boundary(2) && "XHTdFo".contains(&word[1..2]) {
        return (word[..2].to_owned(), Some(word[2..].to_owned()));
    }
    (word.to_owned(), None)
}

/// Splits a line as a shell does: quotes, backslashes, continued lines.
fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote: Option<char> = None;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_quote = letter == '\'' || letter == '"';
        match quote {
            Some(open) if letter == open => quote = None,
            Some('"')
                if letter == '\\' && letters.peek().is_some_and(|c| "\"\\$`".contains(*c)) =>
            {
                let next = letters.next();
                begun(&mut word).text.extend(next);
            }
            None if is_quote => {
                quote = Some(letter);
                begun(&mut word).quoted = true;
            }
            None if letter == '\\' => {
                let next = letters.next().filter(|next| *next != '\n' && *next != '\r');
                if next.is_some() {
                    let word = begun(&mut word);
                    word.text.extend(next);
                    // A backslash guards an & as quotes do.
                    word.quoted |= next == Some('&');
                }
            }
            None if letter.is_whitespace() => words.extend(word.take()),
            _ => begun(&mut word).text.push(letter),
        }
    }
    words.extend(word);
    words
}

fn begun(word: &mut Option<Word>) -> &mut Word {
    word.get_or_insert_with(|| Word {
        text: String::new(),
        quoted: false,
    })
}
