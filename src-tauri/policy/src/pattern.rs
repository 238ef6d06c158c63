//! Wildcards: `*` for any characters, `?` for one. A text of n characters costs a pattern of m tokens at most
//! n × m steps: no pattern makes a match exponential.

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
    /// `?` of a segment of an ARN, which it does not leave.
    OneInSegment,
    /// `*` inside a segment of an ARN, which it does not leave.
    AnyInSegment,
}

/// Reads a text in which `*` and `?` are wildcards.
pub(crate) fn wild(text: &str) -> Vec<Token> {
    text.chars().map(wild_char).collect()
}

/// Reads a character that may be a wildcard.
pub(crate) fn wild_char(c: char) -> Token {
    match c {
        '*' => Token::Any,
        '?' => Token::One,
        c => Token::Char(c),
    }
}

/// Returns whether a pattern covers the whole of a text.
pub(crate) fn covers(pattern: &[Token], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    if !covers_freely(pattern, &text) {
        return false;
    }
    // Wildcards that stay in their segment cover less than free ones, and are rare.
    let bound = |token: &Token| matches!(token, Token::OneInSegment | Token::AnyInSegment);
    !pattern.iter().any(bound) || covers_in_segments(pattern, &text)
}

/// Takes every wildcard as free. Only the last `*` is ever taken up again: what an earlier one covered cannot
/// matter once a later one is reached.
fn covers_freely(pattern: &[Token], text: &[char]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(Token::Any | Token::AnyInSegment) => {
                star = Some((at, from));
                at += 1;
            }
            Some(token) if covers_one(*token, text[from]) => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star_at, covered)) = star else {
                    return false;
                };
                star = Some((star_at, covered + 1));
                at = star_at + 1;
                from = covered + 1;
            }
        }
    }
    let star = |token: &Token| matches!(token, Token::Any | Token::AnyInSegment);
    pattern[at..].iter().all(star)
}

fn covers_one(token: Token, c: char) -> bool {
    match token {
        Token::Char(own) => own == c,
        Token::One | Token::OneInSegment | Token::Any | Token::AnyInSegment => true,
    }
}

/// Follows all ways through the pattern at once.
fn covers_in_segments(pattern: &[Token], text: &[char]) -> bool {
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    pass_stars(pattern, &mut reached);
    for &c in text {
        let mut next = vec![false; pattern.len() + 1];
        for (at, token) in pattern.iter().enumerate().filter(|(at, _)| reached[*at]) {
            match token {
                Token::Any => next[at] = true,
                Token::AnyInSegment => next[at] |= c != ':',
                Token::One => next[at + 1] = true,
                Token::OneInSegment => next[at + 1] |= c != ':',
                Token::Char(own) => next[at + 1] |= *own == c,
            }
        }
        pass_stars(pattern, &mut next);
        reached = next;
    }
    reached[pattern.len()]
}

/// Marks what is reached because a `*` may cover nothing.
fn pass_stars(pattern: &[Token], reached: &mut [bool]) {
    for (at, token) in pattern.iter().enumerate() {
        if reached[at] && matches!(token, Token::Any | Token::AnyInSegment) {
            reached[at + 1] = true;
        }
    }
}
