//! Makes scenarios and contracts of files that other tools use: Artillery scripts, AsyncAPI documents. What cannot be said in the
//! language here stands as a comment where it would have stood, and what was guessed says so. Pure: text in, text out.

mod artillery;
mod asyncapi;
mod flow;
mod json;
mod lines;
mod paths;
mod templates;

pub use artillery::artillery;
pub use asyncapi::asyncapi;

/// A file that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its name without an extension: small letters, digits and hyphens.
    pub name: String,
    /// Its text.
    pub text: String,
    /// How many things of the original it does not have.
    pub left_out: usize,
    /// How many things in it are guesses.
    pub guesses: usize,
}

/// The comment before what was left out.
pub const LEFT_OUT: &str = "not imported:";
/// The comment at what was guessed.
pub const GUESS: &str = "guess:";

/// A name for a file: `New chat (v2)` is `new-chat-v2`.
fn slug(text: &str, otherwise: &str) -> String {
    let parts = text.split(|char: char| !char.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    if name.is_empty() { otherwise.to_owned() } else { name }
}

fn made(name: String, text: String) -> Made {
    let count = |mark: &str| text.matches(&format!("# {mark}")).count();
    let (left_out, guesses) = (count(LEFT_OUT), count(GUESS));
    Made { name, text, left_out, guesses }
}
