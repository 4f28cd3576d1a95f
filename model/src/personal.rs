//! Values about a person: kept apart, shown masked.

use serde::{Deserialize, Serialize};

/// Stands for a value about a person (name, phone) inside a record.
///
/// The value itself lies in a side table that can be erased. The record, and
/// with it the journal's hash chain, holds only where it lies and a salted hash,
/// so that erasing the value leaves the chain whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Personal {
    /// Key in the side table.
    pub key: String,
    /// SHA-256 of salt and value, in hexadecimal.
    pub seal: String,
}

/// A phone number with its middle hidden: `138****2210`.
pub fn mask_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    match chars.len() {
        0 => String::new(),
        1..=6 => "*".repeat(chars.len()),
        n => {
            // Seven or more: three in front, at most four at the end.
            let tail = (n - 5).min(4).min(n - 3 - 2);
            let hidden = n - 3 - tail;
            let head: String = chars[..3].iter().collect();
            let end: String = chars[n - tail..].iter().collect();
            format!("{head}{}{end}", "*".repeat(hidden))
        }
    }
}

/// A person's name with all but the first character hidden: `王**`.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.chars();
    match chars.next() {
        None => String::new(),
        Some(first) => format!("{first}{}", "*".repeat(chars.count().max(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_is_hidden() {
        for (phone, shown) in [
            ("13812342210", "138****2210"),
            ("0839-3260119", "083*****0119"),
            ("3260119", "326**19"),
            ("119", "***"),
            ("", ""),
        ] {
            assert_eq!(mask_phone(phone), shown);
        }
        assert_eq!(mask_name("王建国"), "王**");
        assert_eq!(mask_name("李"), "李*");
    }
}
