//! Codes of projects and deals.

use crate::{Day, Uscc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A project code (项目代码, GB/T 40058-2021): `2203-510800-04-01-123456`, year and month,
/// district, department, kind, six more. The last one is a check character whose
/// reckoning is not public here, so only the form is checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectCode(String);

/// The text has not the form of a project code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a project code such as 2203-510800-04-01-123456")]
pub struct ProjectCodeFault;

impl ProjectCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProjectCode {
    type Err = ProjectCodeFault;

    fn from_str(text: &str) -> Result<Self, ProjectCodeFault> {
        let code = text.trim();
        let parts: Vec<&str> = code.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|p| p.len()).collect();
        let digits = parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()));
        let month = parts.first().and_then(|p| p.get(2..4)?.parse::<u32>().ok());
        let real = month.is_some_and(|month| (1..=12).contains(&month));
        if lengths == [4, 6, 2, 2, 6] && digits && real {
            Ok(Self(code.to_owned()))
        } else {
            Err(ProjectCodeFault)
        }
    }
}

impl TryFrom<String> for ProjectCode {
    type Error = ProjectCodeFault;

    fn try_from(text: String) -> Result<Self, ProjectCodeFault> {
        text.parse()
    }
}

impl From<ProjectCode> for String {
    fn from(code: ProjectCode) -> Self {
        code.0
    }
}

impl fmt::Display for ProjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A deal's code (统一交易标识码): kind, credit code, day, number, check character:
/// `A02-12510800452260014W-20220715-000001-B`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DealCode {
    /// Kind of deal.
    pub kind: String,
    /// Whose platform or owner.
    pub uscc: Uscc,
    /// Of which day.
    pub day: Day,
    /// Number within the day.
    pub serial: u32,
    /// The check character as written.
    pub check: char,
}

/// The text has not the form of a deal's code, or holds an impossible credit code or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a deal's code")]
pub struct DealCodeFault;

const DEAL: &[u8; 37] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

impl DealCode {
    /// The check character that belongs to the code: ISO 7064 MOD 37-2 over the 35
    /// characters before it.
    pub fn expected(&self) -> char {
        let day = self.day.to_string().replace('-', "");
        let body = format!("{}{}{day}{:06}", self.kind, self.uscc, self.serial);
        let value = |b: u8| DEAL.iter().position(|a| *a == b).unwrap_or(0);
        let (mut power, mut sum) = (1, 0);
        for byte in body.bytes().rev() {
            power = power * 2 % 37;
            sum = (sum + value(byte) * power) % 37;
        }
        char::from(DEAL[(38 - sum) % 37])
    }

    /// Whether the check character is the one that belongs to it. Codes of real platforms
    /// may carry another, by a known mistake in their reckoning: warn, don't refuse.
    pub fn checks(&self) -> bool {
        self.check == self.expected()
    }
}

impl fmt::Display for DealCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day.to_string().replace('-', "");
        write!(f, "{}-{}-{day}-{:06}-{}", self.kind, self.uscc, self.serial, self.check)
    }
}

impl FromStr for DealCode {
    type Err = DealCodeFault;

    fn from_str(text: &str) -> Result<Self, DealCodeFault> {
        let code = text.trim().to_ascii_uppercase();
        let parts: Vec<&str> = code.split('-').collect();
        let [kind, uscc, day, serial, check] = parts[..] else { return Err(DealCodeFault) };
        let plain = |text: &str, length| {
            text.len() == length && text.bytes().all(|b| DEAL[..36].contains(&b))
        };
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let shaped = plain(kind, 3)
            && plain(day, 8)
            && digits(day)
            && plain(serial, 6)
            && digits(serial)
            && check.len() == 1
            && check.bytes().all(|b| DEAL.contains(&b));
        if !shaped {
            return Err(DealCodeFault);
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| DealCodeFault);
        let year = i32::try_from(number(&day[..4])?).map_err(|_| DealCodeFault)?;
        let day = Day::new(year, number(&day[4..6])?, number(&day[6..])?);
        Ok(Self {
            kind: kind.to_owned(),
            uscc: uscc.parse().map_err(|_| DealCodeFault)?,
            day: day.ok_or(DealCodeFault)?,
            serial: number(serial)?,
            check: check.chars().next().ok_or(DealCodeFault)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn project_codes() {
        let code = "2203-510800-04-01-123456";
        assert_eq!(code.len(), 24);
        let read: ProjectCode = code.parse().expect("a code");
        assert_eq!((read.as_str(), read.to_string().as_str()), (code, code));
        for bad in [
            "2203-510800-04-01-12345",
            "2213-510800-04-01-123456",
            "2203510800040112345600",
            "2203-51080a-04-01-123456",
            "２２０３-510800-04-01-123456",
            "",
        ] {
            assert_eq!(bad.parse::<ProjectCode>(), Err(ProjectCodeFault), "{bad}");
        }
    }

    #[test]
    fn deal_codes() {
        let code = "A02-12510800452260014W-20220715-000001-B";
        assert_eq!(code.len(), 40);
        let read: DealCode = code.parse().expect("a code");
        assert_eq!((read.expected(), read.checks()), ('B', true));
        assert_eq!(read.to_string(), code);
        assert_eq!((read.day.to_string().as_str(), read.serial), ("2022-07-15", 1));
        // Another check character is read, and said.
        let other: DealCode = "A02-12510800452260014W-20220715-000001-C".parse().expect("a code");
        assert!(!other.checks());
        for bad in [
            "A02-12510800452260014X-20220715-000001-B",
            "A02-12510800452260014W-20220732-000001-B",
            "A02-12510800452260014W-20220715-0000O1-B",
            "A02-12510800452260014W-20220715-000001",
        ] {
            assert_eq!(bad.parse::<DealCode>(), Err(DealCodeFault), "{bad}");
        }
    }
}
