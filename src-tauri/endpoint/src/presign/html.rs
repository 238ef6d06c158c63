//! A form as a piece of a page: plain HTML, to be pasted into any.

use std::fmt::Write as _;

use super::post::OpenField;

/// Writes a form with its fields, one input for each that the sender fills, and the file last.
pub(super) fn html_of(url: &str, fields: &[(String, String)], open: &[OpenField]) -> String {
    let url = escaped(url);
    let mut html =
        format!("<form action=\"{url}\" method=\"post\" enctype=\"multipart/form-data\">\n");
    for (name, value) in fields {
        let (name, value) = (escaped(name), escaped(value));
        let _ = writeln!(
            html,
            "  <input type=\"hidden\" name=\"{name}\" value=\"{value}\">"
        );
    }
    let mut fills = String::new();
    for field in open {
        let (name, beginning) = (escaped(&field.name), escaped(&field.beginning));
        let _ = writeln!(
            html,
            "  <label>{name} <input name=\"{name}\" value=\"{beginning}\" required></label>"
        );
        if field.name == "Content-Type" {
            // The browser knows the type of a file; the form's own field decides what is stored.
            " onchange=\"this.form.elements['Content-Type'].value = this.files[0].type\""
                .clone_into(&mut fills);
        }
    }
    let _ = writeln!(
        html,
        "  <label>File <input type=\"file\" name=\"file\" required{fills}></label>"
    );
    html.push_str("  <button>Upload</button>\n</form>\n");
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_the_form() {
        let fields = [("key".to_owned(), "\"><script>&".to_owned())];
        let open = [OpenField {
            name: "Content-Type".to_owned(),
            beginning: "image/".to_owned(),
        }];
        assert_eq!(
            html_of("http://127.0.0.1:9000/photos", &fields, &open),
            "<form action=\"http://127.0.0.1:9000/photos\" method=\"post\" \
             enctype=\"multipart/form-data\">\n  \
             <input type=\"hidden\" name=\"key\" value=\"&quot;&gt;&lt;script&gt;&amp;\">\n  \
             <label>Content-Type <input name=\"Content-Type\" value=\"image/\" required></label>\n  \
             <label>File <input type=\"file\" name=\"file\" required \
             onchange=\"this.form.elements['Content-Type'].value = this.files[0].type\"></label>\n  \
             <button>Upload</button>\n</form>\n"
        );
    }
}
