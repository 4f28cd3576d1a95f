//! The one place that asks for random numbers.

use pool::canon::Seal;

/// Thirty-two random bytes of the operating system.
///
/// # Panics
///
/// When the operating system has no randomness: nothing safe could be done then.
pub fn bytes() -> Seal {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    Seal(bytes)
}

/// A key with a speaking prefix and 96 random bits.
pub fn key(prefix: &str) -> String {
    format!("{prefix}-{}", &bytes().to_string()[..24])
}

/// A token of 256 random bits.
pub fn token() -> String {
    bytes().to_string()
}
