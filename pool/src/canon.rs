//! Canonical JSON (RFC 8785) for values without fractions, and its hash.
//!
//! What is hashed and re-checked by others must have one spelling: members sorted,
//! no blanks, shortest escapes. Decisions hold no fractions, so a fraction here is
//! a mistake and is refused rather than printed in some way.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The value can't be written canonically.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonFault {
    /// A number with a fraction, or beyond 64 bits.
    #[error("a fraction or oversized number has no place in a decision")]
    Fraction,
    /// The value can't be written as JSON at all.
    #[error("not JSON: {0}")]
    NotJson(String),
}

/// The one spelling of `value`.
///
/// # Errors
///
/// [`CanonFault`] for fractions and for what is no JSON.
pub fn to_canonical(value: &impl Serialize) -> Result<String, CanonFault> {
    let value = serde_json::to_value(value).map_err(|e| CanonFault::NotJson(e.to_string()))?;
    let mut out = String::new();
    write(&value, &mut out)?;
    Ok(out)
}

/// SHA-256 over the one spelling of `value`.
///
/// # Errors
///
/// [`CanonFault`] for fractions and for what is no JSON.
pub fn seal(value: &impl Serialize) -> Result<Seal, CanonFault> {
    Ok(Seal::of(to_canonical(value)?.as_bytes()))
}

fn write(value: &Value, out: &mut String) -> Result<(), CanonFault> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) if n.is_i64() || n.is_u64() => out.push_str(&n.to_string()),
        Value::Number(_) => return Err(CanonFault::Fraction),
        Value::String(s) => write_string(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            // RFC 8785 sorts by UTF-16 code units.
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (i, key) in keys.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write(&members[key], out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A SHA-256 hash, or any 32 bytes handled like one. Written as 64 hexadecimal
/// digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Seal(pub [u8; 32]);

impl Seal {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash of several byte strings, each led by its length (u32, big
    /// endian), so that no two lists of fields have the same spelling.
    pub fn of_fields(fields: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for field in fields {
            // Fields are ids, hashes and nonces, far below 4 GiB.
            hash.update(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
            hash.update(field);
        }
        Self(hash.finalize().into())
    }
}

impl std::fmt::Display for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct NotASeal;

impl std::str::FromStr for Seal {
    type Err = NotASeal;

    fn from_str(text: &str) -> Result<Self, NotASeal> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).map_err(|_| NotASeal)?;
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Seal {
    type Error = NotASeal;

    fn try_from(text: String) -> Result<Self, NotASeal> {
        text.parse()
    }
}

impl From<Seal> for String {
    fn from(seal: Seal) -> Self {
        seal.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_sorted_and_escapes_are_shortest() {
        let value = json!({ "队": 1, "b": [true, null, -2], "a\n": "\u{1}\"\\/é" });
        assert_eq!(
            to_canonical(&value).as_deref(),
            Ok("{\"a\\n\":\"\\u0001\\\"\\\\/é\",\"b\":[true,null,-2],\"队\":1}")
        );
    }

    #[test]
    fn fractions_are_refused() {
        assert_eq!(to_canonical(&json!({ "eta": 1.5 })), Err(CanonFault::Fraction));
    }

    #[test]
    fn fields_do_not_run_into_each_other() {
        assert_ne!(Seal::of_fields(&[b"ab", b"c"]), Seal::of_fields(&[b"a", b"bc"]));
    }
}
