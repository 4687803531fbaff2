//! What is slow is slow, and only what nobody answers is out of reach: one call or connection in the middle of a run is held up.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Place, TWO};
use crate::folder::Ran;

/// Stands before a server and holds up the requests that begin so, the first few of them.
fn held_up(server: SocketAddr, request: &'static str, times: usize, delay: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let left = Arc::new(AtomicUsize::new(times));
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(server).unwrap());
            let (back, forth) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let left = Arc::clone(&left);
            std::thread::spawn(move || {
                pass_on(client, forth, |said| {
                    let one_less = |left: usize| left.checked_sub(1);
                    if said.starts_with(request.as_bytes())
                        && left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
                    {
                        std::thread::sleep(delay);
                    }
                });
            });
            std::thread::spawn(move || pass_on(server, back, |_| {}));
        }
    });
    address
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, hold: impl Fn(&[u8])) {
    let mut buffer = vec![0; 65536];
    while let Ok(read) = from.read(&mut buffer)
        && read > 0
    {
        hold(&buffer[..read]);
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _gone = to.shutdown(Shutdown::Both);
}

const BY_REST: &str = "scenario: sends by REST\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n  - ana: {send: hello, via: rest}\n";

fn behind(name: &str, request: &'static str, times: usize, delay: Duration, level: &str) -> Ran {
    let place = Place::new(name, "crm", None);
    place.write("a.yaml", BY_REST);
    place.write("b.yaml", TWO);
    let url = format!("http://{}", held_up(place.at, request, times, delay));
    let target = format!("url: {url}\ndialect: crm\ntoken: {{secret: development-secret}}\nsettle: 0ms\n");
    place.write("target.yaml", &target);
    let cases = ["--level", level, "--scenario", "a.yaml", "--scenario", "b.yaml"];
    place.run(&[&["--target", "target.yaml", "--patience", PATIENCE][..], &cases].concat())
}

fn outcomes(ran: &Ran) -> Vec<&str> {
    ran.report["cases"].as_array().unwrap().iter().map(|case| case["outcome"].as_str().unwrap()).collect()
}

/// Half of what a run has: an answer is slow after one second, and none after two and a half.
const PATIENCE: &str = "0.5";
const SLOW: Duration = Duration::from_millis(1500);
const FOR_EVER: Duration = Duration::from_secs(60);

#[test]
fn an_answer_that_takes_long_is_slow_and_no_more() {
    let ran = behind("slow", "POST /chat-messages", 1, SLOW, "must");
    assert_eq!((ran.status, outcomes(&ran)), (0, vec!["passed", "passed"]), "{}", ran.said);
    let findings = &ran.report["cases"][0]["findings"];
    assert_eq!(findings.as_array().unwrap().len(), 1, "{findings}");
    assert_eq!((&findings[0]["kind"], &findings[0]["level"]), (&"timing".into(), &"should".into()));

    let ran = behind("slow-should", "POST /chat-messages", 1, SLOW, "should");
    assert_eq!((ran.status, outcomes(&ran)), (1, vec!["failed", "passed"]), "{}", ran.said);
    assert!(ran.said.contains("which is slow (over 1000 ms)"), "{}", ran.said);
}

#[test]
fn a_room_that_takes_long_to_make_is_made() {
    let ran = behind("slow-room", "POST /project-chats", 1, SLOW, "must");
    assert_eq!((ran.status, outcomes(&ran)), (0, vec!["passed", "passed"]), "{}", ran.said);
}

#[test]
fn a_call_that_is_never_answered_fails_its_case_alone() {
    let ran = behind("never", "POST /chat-messages", 1, FOR_EVER, "must");
    assert_eq!((ran.status, outcomes(&ran)), (1, vec!["failed", "passed"]), "{}", ran.said);
    assert!(ran.said.contains("POST /chat-messages was not answered within 2.5s"), "{}", ran.said);
}

#[test]
fn a_connection_that_times_out_once_is_tried_again() {
    let ran = behind("once", "GET /socket.io", 1, FOR_EVER, "must");
    assert_eq!((ran.status, outcomes(&ran)), (0, vec!["passed", "passed"]), "{}", ran.said);
}

#[test]
fn a_connection_that_times_out_twice_while_rest_is_answered_could_not_be_run() {
    let ran = behind("twice", "GET /socket.io", 99, FOR_EVER, "must");
    assert_eq!((ran.status, outcomes(&ran)), (4, vec!["could_not_run", "could_not_run"]), "{}", ran.said);
    assert!(ran.said.contains("websocket upgrade did not come within"), "{}", ran.said);
}

#[test]
fn a_room_that_cannot_be_made_shows_the_answer_once() {
    let place = Place::new("no-room", "crm", None);
    place.write("a.yaml", BY_REST);
    place.write("b.yaml", TWO);
    place.write("c.yaml", TWO);
    // Tokens of another secret are refused by each call.
    place.target("crm", "token: {secret: not-the-secret}\n");
    let args = ["a.yaml", "b.yaml", "c.yaml"].into_iter().flat_map(|name| ["--scenario", name]);
    let ran = place.run(&["--target", "target.yaml"].into_iter().chain(args).collect::<Vec<_>>());
    assert_eq!((ran.status, outcomes(&ran)), (4, vec!["could_not_run"; 3]), "{}", ran.said);
    let words: Vec<&str> = ran.said.split_whitespace().collect();
    let said = words.join(" ");
    assert_eq!(said.matches("POST /project-chats was answered with 401 {").count(), 1, "{}", ran.said);
    assert_eq!(said.matches("was answered with 401, as in crm/a").count(), 2, "{}", ran.said);
}

fn token_expiry(name: &str, scenario: &str, delay: Duration) -> Ran {
    let place = Place::new(name, "crm", None);
    place.write("refused.yaml", REFUSED);
    let url = format!("http://{}", held_up(place.at, "GET /socket.io", 1, delay));
    let token = "token: {secret: development-secret}";
    place.write("target.yaml", &format!("url: {url}\ndialect: crm\n{token}\nsettle: 0ms\n"));
    place.run(&["--target", "target.yaml", "--scenario", scenario])
}

#[test]
fn a_token_that_expired_before_its_time_is_no_finding() {
    // Longer than the token lives.
    let ran = token_expiry("early", "token-expiry", Duration::from_millis(2200));
    assert_eq!((ran.status, outcomes(&ran)), (0, vec!["passed"]), "{}", ran.said);
    assert_eq!(ran.report["cases"][0]["attempts"], 2);
}

/// Whoever refuses a token that is good, or takes one that should be refused, is found at once.
const REFUSED: &str = "scenario: a good token is refused\nlevel: must\nrooms: {lobby: [ana, bo]}\nusers: {bo: {valid_for: 2s}}\n\
                       steps:\n  - ana: join\n  - bo: {send: in time, refused: unauthenticated}\n  - expired: bo\n";

#[test]
fn what_is_wrong_before_a_token_expires_is_found_at_the_first_attempt() {
    let ran = token_expiry("refused", "refused.yaml", Duration::ZERO);
    assert_eq!((ran.status, outcomes(&ran)), (1, vec!["failed"]), "{}", ran.said);
    assert_eq!(ran.report["cases"][0]["attempts"], 1);
}
