//! No token stands in any file that a run leaves, nor on the terminal: each that was minted is searched for in all of them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

use super::{LOAD, Place, TWO};
use crate::folder::Ran;

/// A token command that keeps what it has minted; `how` prints it.
fn kept(how: &str) -> String {
    format!("token: {{command: '{how} | tee -a minted'}}\n")
}

/// Searches all files and the terminal for everything that was minted, in each way of writing it; how many there were.
fn search(place: &Place, ran: &Ran) -> usize {
    let minted = std::fs::read_to_string(place.folder.join("minted")).unwrap_or_default();
    let tokens: Vec<&str> = minted.lines().filter(|line| !line.is_empty()).collect();
    let mut texts = vec![("the terminal".to_owned(), ran.said.clone())];
    for file in std::fs::read_dir(place.folder.join("out")).unwrap() {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        texts.push((path.display().to_string(), text));
    }
    assert!(texts.len() >= 8, "every report is there: {texts:?}");
    for (name, text) in &texts {
        // Whatever is signed begins like this, those that the harness makes itself to be refused among them.
        assert!(!text.contains(".eyJ"), "{name} holds a token");
        for token in &tokens {
            let encoded = token.replace('+', "%2B").replace('/', "%2F");
            assert!(!text.contains(token) && !text.contains(&encoded), "{name} holds {token}");
        }
    }
    let report = &texts.iter().find(|(name, _)| name.ends_with("report.json")).unwrap().1;
    assert!(report.contains("<token "), "a hash stands in its place: {report}");
    tokens.len()
}

#[test]
fn no_signed_token_is_in_any_report() {
    let place = Place::new("hidden-jwt", "crm", None);
    let id = "$(echo \"$CLAIMS\" | sed \"s/.*\\\"sub\\\":\\([0-9]*\\).*/\\1/\")";
    for user in 71..77 {
        let token = reference_server::sign(
            "development-secret",
            &reference_server::UserId::Number(user),
            4_000_000_000,
        );
        place.write(&format!("token-{user}"), &format!("{}\n", token.unwrap()));
    }
    place.target("crm", &(kept(&format!("cat token-{id}")) + "users: [71, 72, 73, 74, 75, 76]\n"));
    let ran = place.run(&[
        "--target",
        "target.yaml",
        "--trace",
        "--verbose",
        "--level",
        "may",
        "--scenario",
        "credential-places",
        "--scenario",
        "auth-failures",
        "--scenario",
        "auth-failures-send",
    ]);
    assert!(
        ran.report["cases"].as_array().unwrap().iter().any(|case| case["outcome"] == "passed"),
        "{}",
        ran.said
    );
    assert!(search(&place, &ran) > 20);
}

#[test]
fn no_other_token_is_in_any_report_either() {
    let place = Place::new("hidden-opaque", "whatsapp", None);
    // Refused, so that it stands in findings too.
    place.target("whatsapp", &kept("echo \"op/aq+ue=$$.$(date +%N)\""));
    let ran =
        place.run(&["--target", "target.yaml", "--trace", "--verbose", "--scenario", "credential-places"]);
    assert_eq!(ran.status, 1, "{}", ran.said);
    assert!(search(&place, &ran) >= 2);
}

/// A server that tells everyone who asks what he has asked, his token included.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            std::thread::spawn(move || {
                let mut request = vec![0; 8192];
                let read = connection.read(&mut request).unwrap_or_default();
                let said = String::from_utf8_lossy(&request[..read]).into_owned();
                let body = serde_json::json!({"message": "who is this?", "request": said}).to_string();
                let head =
                    "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nconnection: close\r\n";
                let _gone = write!(connection, "{head}content-length: {}\r\n\r\n{body}", body.len());
            });
        }
    });
    address
}

#[test]
fn what_a_server_repeats_is_hidden_too() {
    let place = Place::new("hidden-echo", "crm", None);
    place.write("two.yaml", TWO);
    place.write("load.yaml", LOAD);
    let text = format!("url: http://{}\ndialect: crm\ntoken: {{secret: s}}\n", echo());
    place.write("target.yaml", &text);
    let ran = place.run(&["--target", "target.yaml", "--scenario", "two.yaml"]);
    assert!(ran.said.contains("who is"), "{}", ran.said);
    search(&place, &ran);
    let ran = place.run(&["--target", "target.yaml", "--scenario", "load.yaml"]);
    assert!(ran.said.contains("who is") && ran.said.contains("<token "), "{}", ran.said);
    assert!(!ran.said.contains("eyJ"), "{}", ran.said);
}
