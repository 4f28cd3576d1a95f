//! Why something could not be done.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use model::{DraftId, Faults};
use pool::{dispatch, emergency, membership, selection};
use serde::{Deserialize, Serialize};

/// Why something could not be done. [`crate::text`] has a Chinese sentence for
/// each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    /// Nobody is signed in, and somebody must be.
    #[error("signed out")]
    SignedOut,
    /// The password was set by somebody else and must be changed first.
    #[error("the password must be changed first")]
    MustChange,
    /// More than one file can hold; a narrower question helps.
    #[error("more than {most} entries")]
    TooMuch {
        /// The most.
        most: usize,
    },
    /// The permission table says no.
    #[error("forbidden")]
    Forbidden,
    /// There is no such thing, or it is none of theirs.
    #[error("not found")]
    NotFound,
    /// The form does not belong to this session.
    #[error("the form does not belong to this session")]
    ForeignForm,
    /// Somebody else changed the record first.
    #[error("stale")]
    Stale,
    /// Another call holds the team.
    #[error("team taken")]
    TeamTaken {
        /// The number of the emergency that holds it.
        holder: String,
    },
    /// The form has faults; it was kept with everything that was typed.
    #[error("refused, kept as draft {0}")]
    Draft(DraftId),
    /// The command of a program has faults.
    #[error("refused")]
    Faults(Faults),
    /// Login or password is wrong.
    #[error("wrong login or password")]
    WrongLogin,
    /// Too many wrong passwords.
    #[error("locked")]
    Locked {
        /// Until when, in Beijing time.
        until: String,
    },
    /// The link in the message is no longer good.
    #[error("the link has expired")]
    LinkExpired,
    /// The case does not allow it.
    #[error(transparent)]
    Emergency(emergency::Refusal),
    /// The reserve can't be called for it.
    #[error(transparent)]
    NoCall(emergency::NoCall),
    /// The call does not allow it.
    #[error(transparent)]
    Dispatch(dispatch::Refusal),
    /// The membership does not allow it.
    #[error(transparent)]
    Membership(membership::Refusal),
    /// The plan does not allow it.
    #[error(transparent)]
    Plan(policies::plan::Refusal),
    /// The notice does not allow it.
    #[error(transparent)]
    TenderNotice(policies::notice::Refusal),
    /// The bond does not allow it.
    #[error(transparent)]
    Bond(policies::bond::Refusal),
    /// The contract does not allow it.
    #[error(transparent)]
    Contract(policies::contract::OutOfTurn),
    /// The case of the green channel does not allow it.
    #[error(transparent)]
    Channel(policies::channel::Refusal),
    /// The proposal for a credit record does not allow it.
    #[error(transparent)]
    Credit(policies::credit::Unheard),
    /// The draw does not allow it.
    #[error(transparent)]
    Draw(selection::DrawFault),
    /// That team is not among those that may go.
    #[error("not a candidate")]
    NotACandidate,
    /// Sections of the profile are missing.
    #[error("incomplete")]
    Incomplete,
    /// Too few to draw lots among.
    #[error("fewer than {least} candidates")]
    TooFew {
        /// The fewest.
        least: u32,
    },
    /// Nobody may go.
    #[error("no candidate")]
    NoCandidate,
    /// The server could not be reached.
    #[error("unreachable")]
    Unreachable,
    /// Something broke; the ticket leads to the log.
    #[error("broken, ticket {ticket}")]
    Broken {
        /// The ticket.
        ticket: String,
    },
}

#[cfg(feature = "ssr")]
impl ApiError {
    /// The status that it means.
    pub fn status(&self) -> http::StatusCode {
        use http::StatusCode;
        match self {
            Self::SignedOut | Self::WrongLogin => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::ForeignForm | Self::MustChange => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::LinkExpired => StatusCode::GONE,
            Self::Locked { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooMuch { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Draft(_) | Self::Faults(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Stale
            | Self::TeamTaken { .. }
            | Self::Emergency(_)
            | Self::NoCall(_)
            | Self::Dispatch(_)
            | Self::Membership(_)
            | Self::Draw(_)
            | Self::Plan(_)
            | Self::TenderNotice(_)
            | Self::Bond(_)
            | Self::Contract(_)
            | Self::Channel(_)
            | Self::Credit(_)
            | Self::NotACandidate
            | Self::Incomplete
            | Self::TooFew { .. }
            | Self::NoCandidate => StatusCode::CONFLICT,
            Self::Unreachable | Self::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            // What a browser of ours never sends: a form without its fields.
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::ForeignForm,
            other => Self::Broken { ticket: other.to_string() },
        }
    }
}
