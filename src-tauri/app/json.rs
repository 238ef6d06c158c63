//! JSON as people read it.

/// How far each level stands in.
const INDENT: &str = "  ";

/// Breaks JSON into lines, with its fields in the order in which they were written. Text that has
/// lines already, or is no JSON, stays as it is.
pub fn indented(json: &str) -> String {
    if json.contains('\n') || serde_json::from_str::<serde::de::IgnoredAny>(json).is_err() {
        return json.to_owned();
    }
    let mut lines = Lines::default();
    let mut letters = json.chars().peekable();
    let (mut in_text, mut escaped) = (false, false);
    while let Some(letter) = letters.next() {
        if in_text {
            lines.text.push(letter);
            in_text = escaped || letter != '"';
            escaped = letter == '\\' && !escaped;
            continue;
        }
        match letter {
            '"' => {
                in_text = true;
                lines.text.push(letter);
            }
            '{' | '[' => {
                while letters.next_if(|next| next.is_whitespace()).is_some() {}
                lines.text.push(letter);
                match letters.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => lines.text.push(end),
                    None => lines.deeper(),
                }
            }
            '}' | ']' => lines.back(letter),
            ',' => lines.next(),
            ':' => lines.text.push_str(": "),
            letter if letter.is_whitespace() => {}
            letter => lines.text.push(letter),
        }
    }
    lines.text
}

#[derive(Default)]
struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    fn deeper(&mut self) {
        self.depth += 1;
        self.line();
    }

    fn back(&mut self, end: char) {
        self.depth = self.depth.saturating_sub(1);
        self.line();
        self.text.push(end);
    }

    fn next(&mut self) {
        self.text.push(',');
        self.line();
    }

    fn line(&mut self) {
        self.text.push('\n');
        self.text.push_str(&INDENT.repeat(self.depth));
    }
}

/// Returns the line, from 1, of the element that a path such as `Statement[2].Effect` names; where
/// the last name of it is not there, that of what should hold it.
pub fn line_of(json: &str, path: &str) -> Option<usize> {
    let mut finder = Finder {
        json: json.as_bytes(),
        at: 0,
        wanted: path,
        found: 0,
        best: 0,
    };
    finder.value("");
    let before = json.get(..finder.found)?;
    Some(before.matches('\n').count() + 1)
}

/// Walks JSON that is known to be some, and remembers where the longest beginning of a path stands.
struct Finder<'a> {
    json: &'a [u8],
    at: usize,
    wanted: &'a str,
    found: usize,
    best: usize,
}

impl Finder<'_> {
    fn value(&mut self, path: &str) {
        self.space();
        let rest = self.wanted.strip_prefix(path);
        let whole = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        if whole && path.len() >= self.best {
            (self.found, self.best) = (self.at, path.len());
        }
        match self.json.get(self.at) {
            Some(b'{') => self.members(path),
            Some(b'[') => self.items(path),
            Some(b'"') => drop(self.text()),
            _ => self.word(),
        }
    }

    fn members(&mut self, path: &str) {
        self.at += 1;
        while self.goes_on(b'}') {
            let name = self.text();
            self.space();
            self.at += 1;
            let dot = if path.is_empty() { "" } else { "." };
            self.value(&format!("{path}{dot}{name}"));
        }
    }

    fn items(&mut self, path: &str) {
        self.at += 1;
        let mut index = 0;
        while self.goes_on(b']') {
            self.value(&format!("{path}[{index}]"));
            index += 1;
        }
    }

    /// Skips what stands between two, and returns whether another follows.
    fn goes_on(&mut self, end: u8) -> bool {
        self.space();
        match self.json.get(self.at) {
            Some(b',') => {
                self.at += 1;
                self.space();
                true
            }
            Some(letter) if *letter == end => {
                self.at += 1;
                false
            }
            Some(_) => true,
            None => false,
        }
    }

    /// Takes a text as it is written; the names of policies have no escapes.
    fn text(&mut self) -> String {
        let begin = self.at + 1;
        self.at = begin;
        while let Some(letter) = self.json.get(self.at) {
            match letter {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        let text = self.json.get(begin..self.at).unwrap_or_default();
        self.at += 1;
        String::from_utf8_lossy(text).into_owned()
    }

    fn word(&mut self) {
        let goes_on = |letter: &u8| letter.is_ascii_alphanumeric() || b"+-.".contains(letter);
        let begin = self.at;
        while self.json.get(self.at).is_some_and(goes_on) {
            self.at += 1;
        }
        // What is no JSON must not hold the walk.
        self.at = self.at.max(begin + 1);
    }

    fn space(&mut self) {
        while self.json.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_order_and_get_lines_of_their_own() {
        let json = r#"{"Version":"2012-10-17","Id":"a, \"b\" {c}","Statement":[{"Effect":"Allow"}],"None":[ ],"N":1}"#;
        let expected = r#"{
  "Version": "2012-10-17",
  "Id": "a, \"b\" {c}",
  "Statement": [
    {
      "Effect": "Allow"
    }
  ],
  "None": [],
  "N": 1
}"#;
        assert_eq!(indented(json), expected);
    }

    #[test]
    fn a_path_leads_to_its_line() {
        let json =
            "{\n\"A\": [\n  {\"B\": 1},\n  {\"B\": \"x\\\"\",\n \"C\": true}],\n\"D\": null}";
        for (path, line) in [
            ("A", 2),
            ("A[0].B", 3),
            ("A[1]", 4),
            ("A[1].C", 5),
            ("A[1].Missing", 4),
            ("D", 6),
            ("policy", 1),
        ] {
            assert_eq!(line_of(json, path), Some(line), "{path}");
        }
        assert_eq!(line_of("{\"A\": ]", "A"), Some(1));
    }

    #[test]
    fn what_has_lines_or_is_none_stays_as_it_is() {
        for text in ["", "{", "{\n\"a\":1}"] {
            assert_eq!(indented(text), text);
        }
    }
}
