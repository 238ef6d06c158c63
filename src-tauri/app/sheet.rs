//! The recovery sheet: one page to print, which loads nothing.

use std::fmt::Write as _;

use chrono::NaiveDate;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The least width and height of the code in pixels; it is drawn as vectors and scales.
const QR_SIDE: u32 = 200;

const STYLE: &str = "\
body { font: 11pt/1.45 system-ui, sans-serif; color: #000; background: #fff; max-width: 17cm; margin: 1.5cm auto; }
h1 { font-size: 18pt; margin: 0 0 .2cm; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1cm .5cm; margin: .4cm 0; }
dt { color: #444; } dd { margin: 0; font-family: ui-monospace, monospace; }
ol.words { columns: 3; font: 13pt/1.9 ui-monospace, monospace; border: 1px solid #000; padding: .4cm .4cm .4cm 1.4cm; margin: .5cm 0; }
.code { display: flex; gap: .8cm; align-items: center; break-inside: avoid; }
.code svg { flex: none; width: 4.5cm; height: 4.5cm; }
@page { margin: 1.2cm; }";

/// Draws the sheet.
pub fn html(vault_id: &str, date: NaiveDate, words: &[String]) -> String {
    let mut list = String::new();
    for word in words {
        // Writing to a String does not fail.
        let _ = write!(list, "<li>{}</li>", escaped(word));
    }
    format!(
        "<!doctype html>\
<html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
<title>Recovery sheet of a Stave vault</title><style>{STYLE}</style></head><body>\
<h1>Recovery sheet</h1>\
<p>These 24 words open the vault when its keychain, its passphrase or its computer is lost. \
Whoever has them can read everything in it.</p>\
<dl><dt>Vault</dt><dd>{id}</dd><dt>Printed on</dt><dd>{date}</dd></dl>\
<ol class=\"words\">{list}</ol>\
<div class=\"code\">{qr}<div><h2>What to do with this sheet</h2>\
<p>Keep it on paper, away from this computer, where you would keep a passport. Take no picture of it.</p>\
<h2>What to do when you need it</h2>\
<p>Install Stave, bring the vault\u{2019}s folder back from a backup, open it, choose \u{201c}Use the recovery words\u{201d}, \
and type the words in their order. The code holds the same words.</p>\
<p>A sheet printed before the root key or the words were renewed opens nothing: destroy it.</p></div></div>\
</body></html>\n",
        id = escaped(vault_id),
        qr = qr(&words.join(" ")),
    )
}

/// Draws a code that still reads when a part of the paper is stained.
fn qr(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return String::new();
    };
    let drawn = code
        .render::<svg::Color>()
        .min_dimensions(QR_SIDE, QR_SIDE)
        .build();
    // Within a page a drawing has no declaration of its own.
    let begin = drawn.find("<svg").unwrap_or_default();
    drawn[begin..].to_owned()
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(words: &[&str]) -> String {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        html("0123<b>", date, &words)
    }

    #[test]
    fn the_sheet_has_the_vault_the_day_the_words_and_a_code() {
        let sheet = sheet(&["legal", "winner"]);
        assert!(sheet.contains("<li>legal</li><li>winner</li>"), "{sheet}");
        assert!(sheet.contains("<dd>2026-11-22</dd>"));
        assert!(sheet.contains("<svg"));
        assert!(!sheet.contains("<?xml"));
    }

    #[test]
    fn nothing_of_it_is_markup_and_nothing_is_loaded() {
        let sheet = sheet(&["<script>", "a\"b'c&"]);
        assert!(sheet.contains("0123&lt;b&gt;"));
        assert!(sheet.contains("<li>&lt;script&gt;</li><li>a&quot;b&#39;c&amp;</li>"));
        for forbidden in ["<script", "href", "src=", "url("] {
            assert!(!sheet.contains(forbidden), "{forbidden}");
        }
    }
}
