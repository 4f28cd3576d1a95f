//! Keys of records. Each kind has its own type, so one cannot stand for another.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The text is no key: 1–48 of `a–z`, `0–9`, `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key (1-48 of a-z, 0-9, -)")]
pub struct IdFault;

fn check(text: &str) -> Result<(), IdFault> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=48).contains(&text.len()) && text.bytes().all(plain) { Ok(()) } else { Err(IdFault) }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The key as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdFault;

            fn from_str(text: &str) -> Result<Self, IdFault> {
                check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdFault;

            fn try_from(text: String) -> Result<Self, IdFault> {
                check(&text).map(|()| Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A person who signs in.
    AccountId;
    /// A file that was handed in.
    AttachmentId;
    /// A bond that somebody gives somebody (保证金).
    BondId;
    /// A case of the green channel (绿色通道).
    ChannelId;
    /// A contract on the register.
    ContractId;
    /// A firm of the reserve, or one that applies.
    ContractorId;
    /// Something that is proposed for a credit record.
    CreditId;
    /// One call of one team to one emergency (调度单).
    DispatchId;
    /// A form that was refused, kept so that nothing typed is lost.
    DraftId;
    /// A danger that was reported (险情).
    EmergencyId;
    /// A change to the rules.
    LawChangeId;
    /// Something for a supervisor to look at (线索).
    ClueId;
    /// A firm's place in the reserve for one category.
    MembershipId;
    /// A message on its way to somebody.
    NoticeId;
    /// An organisation.
    OrgId;
    /// An order to the bank to pay something back.
    PaymentId;
    /// A tender plan (招标计划).
    PlanId;
    /// Something made public.
    PublicationId;
    /// One choice of teams for one emergency, by order or by lot (选队).
    SelectionId;
    /// A team of a contractor.
    TeamId;
    /// A notice of a tender (招标公告).
    TenderNoticeId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain_text() {
        assert!("xq-20260718-01".parse::<EmergencyId>().is_ok());
        for bad in ["", "X", "a b", "a/b", "é", &"a".repeat(49)] {
            assert_eq!(bad.parse::<EmergencyId>(), Err(IdFault), "{bad:?}");
        }
    }
}
