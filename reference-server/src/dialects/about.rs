//! What a dialect serves, for people: the table on start and the browser test client are made from it.
//!
//! It must not decide anything: a name missing here is a name nobody is shown, except that events which are not
//! listed as heard are met with silence.

/// What a dialect serves, for people.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// The Socket.IO namespace.
    pub namespace: &'static str,
    /// The document it follows.
    pub document: &'static str,
    /// How a client says who it is; any of these will do.
    pub credentials: &'static [Credential],
    /// Events a client may send.
    pub hears: &'static [&'static str],
    /// Events a client may receive.
    pub says: &'static [&'static str],
    /// REST routes.
    pub routes: &'static [&'static str],
    /// What a person can do, to be tried out by hand.
    pub actions: &'static [Action],
}

/// How a client says who it is when it connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// `auth: {token}`.
    Token,
    /// `query: {userId}`.
    UserId,
}

/// Something a person can do.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// What it is called.
    pub name: &'static str,
    /// How it is done.
    pub way: Way,
    /// The payload in JSON, in which `$user`, `$peer`, `$room`, `$message` stand for ids and `$text` for a JSON string.
    pub payload: &'static str,
}

impl Action {
    /// A socket event.
    #[must_use]
    pub(super) const fn emit(name: &'static str, event: &'static str, payload: &'static str) -> Self {
        Self { name, way: Way::Emit(event), payload }
    }

    /// A REST call.
    #[must_use]
    pub(super) const fn rest(name: &'static str, route: &'static str, payload: &'static str) -> Self {
        Self { name, way: Way::Rest(route), payload }
    }
}

/// How an [`Action`] is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// This event is emitted.
    Emit(&'static str),
    /// This method and path are called, as in `GET /messages/$room`.
    Rest(&'static str),
}
