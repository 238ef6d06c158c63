//! Reads what was pasted: a URL, a `curl` line, a request, or an error document.

mod curl;
mod document;
mod http;
mod link;

use super::pasted::Pasted;

/// Reads it; `None` where it is nothing of these.
pub(super) fn read(text: &str) -> Option<Pasted> {
    let text = text.trim();
    let text = text.strip_prefix("$ ").unwrap_or(text);
    if text.contains("<Error>") || text.starts_with("<?xml") {
        return document::read(text);
    }
    if text.starts_with("curl ") || text.starts_with("curl.exe ") {
        return curl::read(text);
    }
    http::read(text).or_else(|| link::read(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::claim::claim;

    const LINK: &str = "http://photos.s3.localhost:9000/a%20b?X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &amp;X-Amz-Credential=KEY%2F20260131%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=\
        20260131T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00ff).";

    #[test]
    fn no_text_that_is_bent_or_cut_is_a_panic() {
        let texts = [
            LINK.to_owned(),
            format!("curl -XPUT -H 'Content-Type: a/b' --data=x -F k=v \"{LINK}\" \\\n -d @f"),
            "PUT /a?X-Amz-Signature=1 HTTP/1.1\r\nHost: [::1]:9000\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=K/20260131/r/s3/aws4_request, SignedHeaders=host, Signature=0\r\n\
             Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: \
             form-data; name=\"key\"\r\n\r\nv\r\n--b--"
                .to_owned(),
            "<Error><Code>C</Code><StringToSign>A\nB\nC/D</StringToSign><CanonicalRequest>GET\n/\n\n\
             host:x\n\nhost\nU</CanonicalRequest></Error>"
                .to_owned(),
        ];
        for text in texts {
            assert!(read(&text).is_some(), "{text}");
            for (at, _) in text.char_indices() {
                for bent in ["", "%", "ü", "\n", "'", "=", ";", "]:", "&amp;"] {
                    let (before, behind) = text.split_at(at);
                    let rest = behind.get(1..).unwrap_or_default();
                    for bent in [format!("{before}{bent}"), format!("{before}{bent}{rest}")] {
                        let _ = read(&bent).map(|pasted| claim(&pasted).is_ok());
                    }
                }
            }
        }
    }
}
