//! What a rule finds in a case.

use crate::{Citation, Standing};
use serde::{Deserialize, Serialize};

/// How heavy a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// Passed only with a written reason.
    Warn,
    /// Not to be passed.
    Block,
}

/// Something that a rule finds in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which question or rule.
    pub code: String,
    /// How heavy it is.
    pub weight: Weight,
    /// What it says.
    pub text: String,
    /// What stands behind it.
    pub standing: Standing,
    /// Where it is written.
    pub basis: Option<Citation>,
}
