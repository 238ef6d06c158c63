//! Reads a link as mails, chats and pages leave it: broken over lines, with entities, with what stood behind it.

use percent_encoding::percent_decode_str;

use crate::doctor::pasted::{Pasted, Shape};
use crate::doctor::surroundings::Scheme;
use crate::doctor::words::{Cause, Finding, Part};

/// How many hex digits a signature has.
const SIGNATURE_DIGITS: usize = 64;

/// Reads a link that stands in a text.
pub(super) fn read(text: &str) -> Option<Pasted> {
    let at = ["http://", "https://"]
        .iter()
        .filter_map(|scheme| text.find(scheme))
        .min()?;
    let mut mended = Vec::new();
    let link = unbroken(&text[at..], &mut mended);
    let link = unescaped(&link, &mut mended);
    let link = unattached(&link, &mut mended);
    let mut pasted = Pasted::empty(Shape::Link);
    take_url(&mut pasted, &link)?;
    pasted.mended = mended;
    decode_again(&mut pasted);
    Some(pasted)
}

/// Takes a URL apart.
pub(in crate::doctor) fn take_url(pasted: &mut Pasted, url: &str) -> Option<()> {
    let (scheme, rest) = url.split_once("://")?;
    pasted.scheme = Some(match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        _ => return None,
    });
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    if host.is_empty() {
        return None;
    }
    pasted.host = host.to_ascii_lowercase();
    let default = format!(":{}", pasted.scheme.map_or(80, Scheme::default_port));
    if let Some(name) = pasted.host.strip_suffix(&default) {
        // No client sends the port that the scheme implies.
        pasted.host = name.to_owned();
    }
    pasted.take_target(&rest[end..]);
    Some(())
}

/// Joins the lines that a mail broke a link into.
fn unbroken(text: &str, mended: &mut Vec<(Cause, Finding)>) -> String {
    let first: String = text
        .chars()
        .take_while(|c| !c.is_whitespace() && !"<>\"'`".contains(*c))
        .collect();
    let whole = |link: &str| {
        let signature = link.split("X-Amz-Signature=").nth(1);
        let digits = signature.map(|s| s.chars().take_while(char::is_ascii_hexdigit).count());
        digits.is_some_and(|digits| digits >= SIGNATURE_DIGITS) && link.contains("X-Amz-Date=")
    };
    if whole(&first) || !text.contains(['\n', '\r']) {
        return first;
    }
    let lines = text.lines().map(|line| {
        let line = line.trim().trim_start_matches("> ");
        line.strip_suffix('=').unwrap_or(line)
    });
    let joined: String = lines.collect();
    let joined = joined.replace("=3D", "=");
    let joined: String = joined.chars().take_while(|c| !c.is_whitespace()).collect();
    if !whole(&joined) {
        return first;
    }
    let sentence = format!(
        "A line break stands in the link after {} characters; on one line it is whole.",
        first.chars().count()
    );
    let finding = Finding::wrong(Part::Encoding, sentence)
        .expected("one line")
        .found(format!("{} lines", text.lines().count()))
        .cure("Open it as one line, or send it as a file or a QR code.");
    mended.push((Cause::BrokenLine, finding));
    joined
}

/// Takes entities for what they stand for.
fn unescaped(link: &str, mended: &mut Vec<(Cause, Finding)>) -> String {
    if !link.contains("&amp;") {
        return link.to_owned();
    }
    let sentence = "The link was copied out of HTML: &amp; stands where & belongs, so that its \
                    parameters have other names.";
    let finding = Finding::wrong(Part::Encoding, sentence)
        .expected("&")
        .found("&amp;")
        .cure("Replace each &amp; by &.");
    mended.push((Cause::HtmlEscaped, finding));
    link.replace("&amp;", "&")
}

/// Cuts off what stood behind the link: the full stop of a sentence, a bracket.
fn unattached(link: &str, mended: &mut Vec<(Cause, Finding)>) -> String {
    let plain = link.trim_end_matches(['.', ',', ';', ')', ']', '!', '}']);
    if plain == link {
        return link.to_owned();
    }
    let Some((_, signature)) = plain.rsplit_once("X-Amz-Signature=") else {
        return plain.to_owned();
    };
    if signature.len() == SIGNATURE_DIGITS {
        let found = &link[plain.len()..];
        let sentence = format!("Behind the signature stands {found:?}, which is not of the link.");
        let finding = Finding::wrong(Part::Signature, sentence)
            .expected("64 hex digits at the end")
            .found(found)
            .cure("Leave it out.");
        mended.push((Cause::TrailingText, finding));
    }
    plain.to_owned()
}

/// Decodes parameters once more where they were encoded twice: a credential has slashes.
fn decode_again(pasted: &mut Pasted) {
    let twice = pasted
        .parameter("X-Amz-Credential")
        .is_some_and(|credential| credential.contains("%2F") || credential.contains("%2f"));
    if !twice {
        return;
    }
    let found = "X-Amz-Credential=…%252F…";
    let finding = Finding::wrong(
        Part::Encoding,
        "The parameters are percent-encoded twice: %252F stands where %2F belongs.",
    )
    .expected("X-Amz-Credential=…%2F…")
    .found(found)
    .cure("Encode the link once: do not pass a finished link through an encoder.");
    pasted.mended.push((Cause::DoubleEncoded, finding));
    for (_, value) in &mut pasted.query {
        *value = percent_decode_str(value).decode_utf8_lossy().into_owned();
    }
    // What encodes a whole link twice encodes its path twice too.
    let path = percent_decode_str(&pasted.path).decode_utf8_lossy();
    if path.contains('%') {
        pasted.path = path.into_owned();
    }
}
