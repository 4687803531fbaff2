//! The server from outside: a real listener, real websockets, real HTTP.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic, in its helpers too")]

mod attacks;
mod bounds;
mod client;
mod command_line;
mod crm;
mod echo;
mod faults;
mod floors;
mod gateway;
mod host;
mod minimal;
mod minimal_open;
mod rate_limits;
mod whatsapp;
