//! Numbers as they are written in a note: literals, names of constants, and what is calculated of these.

use std::collections::BTreeMap;
use std::fmt;

use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_normalization::is_nfc;

/// How long a note is at most.
const MAX_NOTE: usize = 1000;

/// How many numbers are tried for a name where there are many.
const TRIED: usize = 32;

/// How long an expression is at most in which a name stands twice: all numbers are tried for it.
const MAX_TRIED: usize = 50;

/// The numbers of constants, by their names.
pub type Known = BTreeMap<String, Value>;

/// A number of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A `usize`.
    Size(u64),
    /// An `f32`.
    Real(f32),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Value::Size(n) => write!(f, "{n}"),
            Value::Real(x) if x != 0.0 && (x.abs() < 1e-3 || x.abs() >= 1e6) => write!(f, "{x:e}"),
            Value::Real(x) => write!(f, "{x:?}"),
        }
    }
}

/// A number as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `8`, `1_000usize`, `0x10`, `1e-5`
    Literal(String),
    /// `CHANNELS`
    Name(String),
    /// `(..)`
    Around(Box<Expression>),
    /// `-..`
    Minus(Box<Expression>),
    /// `.. + ..`, or with another of the four signs.
    Of(Box<Expression>, char, Box<Expression>),
    /// What is not read: a path, a call.
    Unread(String),
}

/// The words, numbers and signs of a note.
#[derive(Clone)]
pub struct Tokens<'a> {
    rest: std::vec::IntoIter<&'a str>,
}

impl<'a> Tokens<'a> {
    /// Those of a note, if it is of nothing else and not too long.
    pub fn of(note: &'a str) -> Option<Tokens<'a>> {
        let (mut tokens, mut rest) = (Vec::new(), note.trim_start());
        if note.len() > MAX_NOTE {
            return None;
        }
        while let Some(first) = rest.chars().next() {
            let len = match first {
                '0'..='9' => number_len(rest),
                '_' => word_len(rest),
                letter if is_xid_start(letter) => word_len(rest),
                '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | '.' | ':' | '=' | '+' | '-' | '*' | '/' => 1,
                _ => return None,
            };
            let (token, after) = rest.split_at(len);
            tokens.push(token);
            rest = after.trim_start();
        }
        Some(Tokens { rest: tokens.into_iter() })
    }

    /// The one to come.
    pub fn peek(&self) -> Option<&'a str> {
        self.rest.as_slice().first().copied()
    }

    /// Takes any.
    pub fn take_any(&mut self) -> Option<&'a str> {
        self.rest.next()
    }

    /// Takes one if it is `token`.
    pub fn take(&mut self, token: &str) -> bool {
        self.take_if(|next| next == token).is_some()
    }

    /// Takes one if it is so.
    pub fn take_if(&mut self, is: impl Fn(&str) -> bool) -> Option<&'a str> {
        let next = self.peek().filter(|next| is(next))?;
        self.rest.next();
        Some(next)
    }

    /// Takes these, all or none.
    pub fn take_all(&mut self, tokens: &[&str]) -> bool {
        let are = self.rest.as_slice().starts_with(tokens);
        if are {
            self.rest.nth(tokens.len() - 1);
        }
        are
    }

    /// Whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.rest.as_slice().is_empty()
    }

    /// Numbers between brackets, with a comma between them, and whether one is behind them too.
    pub fn list(&mut self, [open, close]: [&str; 2]) -> Option<(Vec<Expression>, bool)> {
        let (mut list, mut ends_so) = (Vec::new(), false);
        self.take(open).then_some(())?;
        while !self.take(close) {
            (list.is_empty() || ends_so).then_some(())?;
            list.push(self.number()?);
            ends_so = self.take(",");
        }
        (!list.is_empty()).then_some((list, ends_so))
    }

    /// A number as it is written, up to a comma or the end of the list that it stands in; also one that is not read.
    pub fn number(&mut self) -> Option<Expression> {
        let mut after = self.clone();
        let read = after.expression();
        if read.is_some() && after.peek().is_none_or(|token| matches!(token, "," | ")" | "]" | "}" | ">")) {
            *self = after;
            return read;
        }
        let (mut text, mut depth) = (String::new(), 0);
        while let Some(token) = self.peek() {
            match token {
                "," | ")" | "]" | "}" | ">" if depth == 0 => break,
                "(" | "[" | "{" | "<" => depth += 1,
                ")" | "]" | "}" | ">" => depth -= 1,
                _ => (),
            }
            text += token;
            self.take_any();
        }
        (!text.is_empty()).then_some(Expression::Unread(text))
    }

    /// A number as it is written.
    pub fn expression(&mut self) -> Option<Expression> {
        let mut left = self.product()?;
        while let Some(sign) = self.take_if(|token| matches!(token, "+" | "-")) {
            left = Expression::Of(left.into(), sign.chars().next()?, self.product()?.into());
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Expression> {
        let mut left = self.signed()?;
        while let Some(sign) = self.take_if(|token| matches!(token, "*" | "/")) {
            left = Expression::Of(left.into(), sign.chars().next()?, self.signed()?.into());
        }
        Some(left)
    }

    fn signed(&mut self) -> Option<Expression> {
        if self.take("-") { Some(Expression::Minus(self.one()?.into())) } else { self.one() }
    }

    fn one(&mut self) -> Option<Expression> {
        if self.take("(") {
            let inner = self.expression()?;
            return self.take(")").then(|| Expression::Around(inner.into()));
        }
        let token = self.take_any()?;
        if token.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(Expression::Literal(token.into()));
        }
        is_constant(token).then(|| Expression::Name(token.into()))
    }
}

/// Whether a word is the name of a constant, as Rust's lints want it: then it is none that the macro's own code has.
pub fn is_constant(word: &str) -> bool {
    !word.contains(char::is_lowercase) && word.contains(char::is_alphabetic) && !word.starts_with("__") && is_nfc(word)
}

/// How long the word is that a text begins with.
fn word_len(text: &str) -> usize {
    text.find(|c| !is_xid_continue(c)).unwrap_or(text.len())
}

/// How long the number is that a text begins with, by Rust's rules.
fn number_len(text: &str) -> usize {
    if ["0x", "0o", "0b"].iter().any(|radix| text.starts_with(radix)) {
        return word_len(text);
    }
    let digits = |at: usize| text[at..].find(|c: char| !(c.is_ascii_digit() || c == '_')).unwrap_or(text.len() - at);
    let mut len = digits(0);
    if let Some(after) = text[len..].strip_prefix('.') {
        let next = after.chars().next();
        if next.is_some_and(|c| c.is_ascii_digit()) {
            len += 1 + digits(len + 1);
        } else if !next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '.')) {
            return len + 1;
        }
    }
    if let Some(after) = text[len..].strip_prefix(['e', 'E']) {
        let sign = usize::from(after.starts_with(['+', '-']));
        if after[sign..].trim_start_matches('_').starts_with(|c: char| c.is_ascii_digit()) {
            len += 1 + sign;
            len += digits(len);
        }
    }
    len + word_len(&text[len..])
}

/// Digits as Rust has them, without the lines between them.
fn digits(text: &str, radix: u32) -> Option<String> {
    let plain = text.replace('_', "");
    (!plain.is_empty() && plain.chars().all(|c| c.is_digit(radix))).then_some(plain)
}

/// The integer that a literal is, with a type after it or without.
pub fn integer(text: &str, of: &str) -> Option<u32> {
    let text = text.strip_suffix(of).unwrap_or(text);
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(prefix, _)| text.starts_with(prefix));
    let (text, radix) = radix.map_or((text, 10), |(prefix, radix)| (&text[prefix.len()..], radix));
    u32::from_str_radix(&digits(text, radix)?, radix).ok()
}

/// The float that a literal is, which has a dot, an exponent or its type.
fn real(text: &str) -> Option<f32> {
    let number = text.strip_suffix("f32").unwrap_or(text);
    let is_typed = number.len() < text.len();
    let (mantissa, exponent) = number.split_once(['e', 'E']).map_or((number, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, rest)| (whole, Some(rest)));
    let mut plain = digits(whole, 10)?;
    match fraction {
        None => (is_typed || exponent.is_some()).then_some(())?,
        Some("") => (!is_typed && exponent.is_none()).then_some(())?,
        Some(fraction) => plain += &format!(".{}", digits(fraction, 10).filter(|_| !fraction.starts_with('_'))?),
    }
    if let Some(exponent) = exponent {
        let of = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        plain += &format!("e{}{}", &exponent[..exponent.len() - of.len()], digits(of, 10)?);
    }
    plain.parse().ok().filter(|x: &f32| x.is_finite())
}

impl Expression {
    /// A number as a person writes it.
    pub fn of(value: Value) -> Expression {
        let literal = |value: Value| Expression::Literal(value.to_string());
        match value {
            Value::Real(x) if x.is_sign_negative() => Expression::Minus(literal(Value::Real(-x)).into()),
            value => literal(value),
        }
    }

    /// The integer that it is.
    pub fn size(&self, known: &Known) -> Option<u64> {
        let value = match self {
            Expression::Literal(text) => integer(text, "usize").map(u64::from),
            Expression::Name(name) => match known.get(name)? {
                Value::Size(n) => Some(*n),
                Value::Real(_) => None,
            },
            Expression::Around(inner) => inner.size(known),
            Expression::Minus(_) | Expression::Unread(_) => None,
            Expression::Of(a, sign, b) => {
                let (a, b) = (a.size(known)?, b.size(known)?);
                match sign {
                    '+' => a.checked_add(b),
                    '-' => a.checked_sub(b),
                    '*' => a.checked_mul(b),
                    _ => a.checked_div(b),
                }
            }
        };
        value.filter(|&n| n <= u64::from(u32::MAX)) // the `usize` of a microcontroller has no more
    }

    /// The float that it is.
    pub fn real(&self, known: &Known) -> Option<f32> {
        let value = match self {
            Expression::Literal(text) => real(text),
            Expression::Name(name) => match known.get(name)? {
                Value::Real(x) => Some(*x),
                Value::Size(_) => None,
            },
            Expression::Around(inner) => inner.real(known),
            Expression::Minus(inner) => inner.real(known).map(|x| -x),
            Expression::Unread(_) => None,
            Expression::Of(a, sign, b) => {
                let (a, b) = (a.real(known)?, b.real(known)?);
                Some(match sign {
                    '+' => a + b,
                    '-' => a - b,
                    '*' => a * b,
                    _ => a / b,
                })
            }
        };
        value.filter(|x| x.is_finite())
    }

    /// Whether it is this number.
    pub fn is(&self, value: Value, known: &Known) -> bool {
        match value {
            Value::Size(n) => self.size(known) == Some(n),
            Value::Real(x) => self.real(known).is_some_and(|own| own.to_bits() == x.to_bits()),
        }
    }

    /// Shows the names in it.
    pub fn names<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Expression::Literal(_) | Expression::Unread(_) => (),
            Expression::Name(name) => visit(name),
            Expression::Around(inner) | Expression::Minus(inner) => inner.names(visit),
            Expression::Of(a, _, b) => {
                a.names(visit);
                b.names(visit);
            }
        }
    }

    /// The numbers that a name can be, the one that is not known in it, so that it is `value`: a few of many, the plainest first.
    pub fn solve(&self, name: &str, value: Value, known: &Known) -> Vec<Value> {
        let mut times = 0;
        self.names(&mut |own| times += usize::from(own == name));
        if times > 1 && self.to_string().len() > MAX_TRIED {
            return Vec::new();
        }
        let mut candidates: Vec<Value> = match value {
            Value::Size(n) => self.size_of(name, vec![n], known).into_iter().map(Value::Size).collect(),
            Value::Real(x) => self.real_of(name, x, known).into_iter().map(Value::Real).collect(),
        };
        let mut with = known.clone();
        candidates.retain(|candidate| {
            with.insert(name.to_string(), *candidate);
            self.is(value, &with)
        });
        candidates.sort_by_key(|candidate| if let Value::Real(x) = candidate { x.to_string().len() } else { 0 });
        candidates.truncate(TRIED);
        candidates
    }

    /// Whether it is a number with the constants that are known.
    pub fn is_known(&self, known: &Known) -> bool {
        self.size(known).is_some() || self.real(known).is_some()
    }

    fn has(&self, name: &str) -> bool {
        let mut has = false;
        self.names(&mut |own| has |= own == name);
        has
    }

    /// What a name may be where this is one of some values.
    fn size_of(&self, name: &str, values: Vec<u64>, known: &Known) -> Vec<u64> {
        match self {
            Expression::Name(own) if own == name => values,
            Expression::Around(inner) => inner.size_of(name, values, known),
            // twice in it, as in a square
            Expression::Of(a, _, b) if a.has(name) && b.has(name) => (0..=4096).collect(),
            Expression::Of(a, sign, b) => {
                let (part, other, is_first) = if a.has(name) { (a, b, true) } else { (b, a, false) };
                let Some(other) = other.size(known) else { return Vec::new() };
                let from = |n: u64, count: u64| n..n.saturating_add(count);
                let of = |value: u64| match (sign, is_first) {
                    ('+', _) => value.checked_sub(other).map(|n| from(n, 1)),
                    ('-', true) => value.checked_add(other).map(|n| from(n, 1)),
                    ('-', false) => other.checked_sub(value).map(|n| from(n, 1)),
                    ('*', _) => value.checked_div(other).map(|n| from(n, 1)),
                    (_, true) => value.checked_mul(other).map(|n| from(n, other.min(TRIED as u64))),
                    // from the smallest that gives no more
                    (_, false) => Some(from(other / value.saturating_add(1) + 1, TRIED as u64)),
                };
                let all = values.into_iter().filter_map(of).flatten().take(TRIED).collect();
                part.size_of(name, all, known)
            }
            _ => Vec::new(),
        }
    }

    fn real_of(&self, name: &str, value: f32, known: &Known) -> Vec<f32> {
        match self {
            // what is calculated back may be a number beside it
            Expression::Name(own) if own == name => {
                let near = [0, 1, -1, 2, -2].map(|step| f32::from_bits(value.to_bits().wrapping_add_signed(step)));
                near.into_iter().filter(|x| x.is_finite() && (*x != 0.0 || x.is_sign_positive())).collect()
            }
            Expression::Around(inner) => inner.real_of(name, value, known),
            Expression::Minus(inner) => inner.real_of(name, -value, known),
            Expression::Of(a, sign, b) => {
                let (part, other, is_first) = if a.has(name) { (a, b, true) } else { (b, a, false) };
                let Some(other) = other.real(known) else { return Vec::new() };
                let value = match (sign, is_first) {
                    ('+', _) => value - other,
                    ('-', true) => value + other,
                    ('-', false) => other - value,
                    ('*', _) | ('/', false) if other == 0.0 => return Vec::new(),
                    ('*', _) => value / other,
                    (_, true) => value * other,
                    (_, false) => other / value,
                };
                part.real_of(name, value, known)
            }
            _ => Vec::new(),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Expression::Literal(text) | Expression::Name(text) | Expression::Unread(text) => write!(f, "{text}"),
            Expression::Around(inner) => write!(f, "({inner})"),
            Expression::Minus(inner) => write!(f, "-{inner}"),
            Expression::Of(a, sign, b) => write!(f, "{a} {sign} {b}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(text: &str) -> Option<Expression> {
        let mut tokens = Tokens::of(text)?;
        let expression = tokens.expression()?;
        tokens.is_done().then_some(expression)
    }

    #[test]
    fn numbers_are_those_of_rust() {
        let sizes = [("N", 8), ("GRÖSSE", 8), ("数", 9)].map(|(name, n)| (name.to_string(), Value::Size(n)));
        let known: Known = sizes.into_iter().chain([("P".into(), Value::Real(0.25))]).collect();
        let sizes = [
            ("8", 8),
            ("1_000usize", 1000),
            ("8_usize", 8),
            ("0x1F", 31),
            ("0b1_01", 5),
            ("0o17usize", 15),
            ("N", 8),
            ("2 + 3 * N - 1", 25),
            ("(2 + 3) * (N - 1)", 35),
            ("N / 3 * 2", 4),
            ("GRÖSSE + 数", 17),
            ("7 - 2 - 1", 4),
        ];
        for (text, value) in sizes {
            assert_eq!(expression(text).unwrap().size(&known), Some(value), "{text}");
            assert_eq!(expression(text).unwrap().to_string(), text);
        }
        let reals = [
            ("1e-5", 1e-5f32),
            ("1E+2", 100.0),
            ("1_0.5_0f32", 10.5),
            ("3f32", 3.0),
            ("1.", 1.0),
            ("1e_1", 10.0),
            ("-0.5", -0.5),
            ("1.0 - P", 0.75),
            ("(P + 0.25) * 2.0", 1.0),
        ];
        for (text, value) in reals {
            assert_eq!(expression(text).unwrap().real(&known), Some(value), "{text}");
            assert_eq!(expression(text).unwrap().to_string(), text);
        }
        let none = [
            "8u8",
            "8f32",
            "0x",
            "0xfusize8",
            "_8",
            "1 - 2",
            "1 / 0",
            "4294967296",
            "70000 * 70000",
            "P",
            "M",
            "-1",
            "1.0",
            "0b2",
            "1e5",
            "8_u",
        ];
        for text in none {
            assert_eq!(expression(text).and_then(|of| of.size(&known)), None, "{text}");
        }
        for text in
            ["1", "0x1f32", "1.0f64", "1f64", "1.f32", ".5", "1._5", "1e", "1e99", "1.e5", "N", "1.0.0", "1.0 / 0.0"]
        {
            assert_eq!(expression(text).and_then(|of| of.real(&known)), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        let texts = [
            "",
            "a",
            "n",
            "Self",
            "__N",
            "_",
            "A::B",
            "f(1)",
            "N()",
            "N.x",
            "N as usize",
            "{ 1 }",
            "1 +",
            "+ 1",
            "--1",
            "- -1",
            "(1",
            "1)",
            "()",
            "N N",
            "!1",
            "1 % 2",
            "\"1\"",
            "'a'",
            "1;",
            "#1",
            "N!",
            "&N",
            "\u{e9}",
            "E\u{301}",
            "$x",
        ];
        for text in texts {
            assert_eq!(expression(text), None, "{text}");
        }
        assert_eq!(Tokens::of(&"(".repeat(MAX_NOTE + 1)).map(|_| ()), None);
        assert_eq!(expression(&"(".repeat(MAX_NOTE)), None);
        assert!(expression(&format!("1{}", " + 1".repeat(MAX_NOTE / 4 - 1))).is_some());
    }

    #[test]
    fn names_are_solved_for() {
        let known = Known::from([("M".into(), Value::Size(3)), ("Q".into(), Value::Real(0.5))]);
        let sizes: [(&str, u64, &[u64]); 13] = [
            ("N", 8, &[8]),
            ("N - 1", 8, &[9]),
            ("10 - N", 8, &[2]),
            ("2 + N * 3", 8, &[2]),
            ("N * 3", 8, &[]),
            ("N * 0", 0, &[]),
            ("(N + M) * 2", 8, &[1]),
            ("N / 3", 2, &[6, 7, 8]),
            ("12 / N", 5, &[]),
            ("12 / N", 3, &[4]),
            ("N * N", 49, &[7]),
            ("N + 9", 8, &[]),
            ("N - N", 1, &[]),
        ];
        for (text, value, all) in sizes {
            let all: Vec<Value> = all.iter().map(|&n| Value::Size(n)).collect();
            assert_eq!(expression(text).unwrap().solve("N", Value::Size(value), &known), all, "{text}");
        }
        // what would take long to try
        let long = format!("N - N + 8{}", " + 0".repeat(MAX_TRIED / 4));
        assert_eq!(expression(&long).unwrap().solve("N", Value::Size(8), &known), []);
        for (text, value, first) in [("P", 0.1, 0.1), ("1.0 - P", 0.25, 0.75), ("P * Q", 0.15, 0.3), ("-P", -2.0, 2.0)]
        {
            assert_eq!(
                expression(text).unwrap().solve("P", Value::Real(value), &known).first(),
                Some(&Value::Real(first)),
                "{text}"
            );
        }
    }
}
