//! A server over TLS: in cases, over every transport, in REST and under load; whom a connection trusts, and what is told of the rest.

mod front;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use reference_server::{Fault, Options};

use front::{Authority, Pair, front};

use crate::folder::{Folder, Ran};

/// A reference server, the authority whose certificates it is reached by, and a folder for both.
struct Place {
    folder: Folder,
    server: SocketAddr,
    authority: Authority,
}

impl Place {
    async fn new(name: &str, faults: &[&str]) -> Self {
        let folder = Folder::new(&format!("tls-{name}"));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = listener.local_addr().unwrap();
        let mut options = Options { dialect: "crm".parse().unwrap(), rate_limit: None, ..Options::default() };
        options.faults = faults.iter().map(|fault| fault.parse::<Fault>().unwrap()).collect();
        tokio::spawn(reference_server::serve(listener, options, std::future::pending()));
        let authority = Authority::new("an authority of a test");
        authority.write(&folder.join("ca.pem"));
        Self { folder, server, authority }
    }

    /// The server as one sees it who connects by the name `localhost`.
    async fn fronted(&self, pair: &Pair, clients: Option<&Authority>) -> String {
        format!("https://localhost:{}", front(self.server, pair, clients).await.port())
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.join(name), text).unwrap();
    }

    fn target(&self, url: &str, lines: &str) {
        let secret = "token: {secret: development-secret}";
        self.write("target.yaml", &format!("url: {url}\ndialect: crm\n{secret}\nsettle: 20ms\n{lines}"));
    }

    async fn run(&self, args: &[&str]) -> Ran {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_harness"));
        command.current_dir(&self.folder).env("COLUMNS", "160").env_remove("JWT_SECRET");
        command.args(["--reports", "out", "--target", "target.yaml"]).args(args);
        let output = command.output().await.unwrap();
        Ran::of(&output, &self.folder)
    }
}

const LOAD: &str = "scenario: rooms at once over TLS
level: must
load:
  lateness: 5s
  rooms: {count: 8, members: 3}
  phases:
    - {name: ramp, connect: 100/s}
    - {name: talk, rate: 60/s, for: 2s}
    - {name: churn, rate: 30/s, reconnect: 10/s, for: 1s}
  flow: [{any member: {send: <text:9000b>}, weight: 2}, {any member: {send: <text:50b>, via: rest}}]
";

#[tokio::test(flavor = "multi_thread")]
async fn cases_go_over_tls_by_every_transport() {
    let place = Place::new("cases", &[]).await;
    let url = place.fronted(&place.authority.certify("localhost"), None).await;
    place.target(&url, "tls: {ca: ca.pem}\njobs: 4\n");
    for transport in ["websocket", "polling", "upgrade"] {
        let ran = place
            .run(&[
                "--transport",
                transport,
                "--scenario",
                "read-receipts.yaml",
                "--scenario",
                "update-and-delete.yaml",
            ])
            .await;
        assert_eq!(ran.status, 0, "{transport}: {}", ran.said);
        assert!(ran.report["cases"].as_array().unwrap().len() >= 2, "{}", ran.said);
    }
    // A cut connection is cut below TLS, too.
    let ran = place.run(&["--scenario", "disconnect.yaml", "--scenario", "reconnect.yaml"]).await;
    assert_eq!(ran.status, 0, "{}", ran.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn load_goes_over_tls_and_finds_what_is_lost_there() {
    let place = Place::new("load", &[]).await;
    let url = place.fronted(&place.authority.certify("localhost"), None).await;
    place.target(&url, "tls: {ca: ca.pem}\n");
    place.write("load.yaml", LOAD);
    let args = ["--scenario", "load.yaml", "--workers", "2"];
    for transport in ["websocket", "upgrade"] {
        let ran = place.run(&[&args[..], &["--transport", transport]].concat()).await;
        assert_eq!(ran.status, 0, "{transport}: {}", ran.said);
        let ledger = &ran.report["loads"][0]["ledger"];
        assert!(
            ledger["received"].as_u64().unwrap() > 200 && ledger["lost"] == 0,
            "{transport}: {}",
            ran.said
        );
    }
    let broken = Place::new("loses", &["drop-every-nth"]).await;
    let url = broken.fronted(&broken.authority.certify("localhost"), None).await;
    broken.target(&url, "tls: {ca: ca.pem}\n");
    broken.write("load.yaml", LOAD);
    let ran = broken.run(&args).await;
    assert!(ran.status == 1 && ran.report["loads"][0]["ledger"]["lost"].as_u64() > Some(0), "{}", ran.said);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_trusted_is_not_spoken_to_and_is_told_why() {
    let place = Place::new("trust", &[]).await;
    let good = place.authority.certify("localhost");
    let trusting = "tls: {ca: ca.pem}\n";
    let stranger = Authority::new("somebody else");
    let elsewhere = format!("https://127.0.0.1:{}", front(place.server, &good, None).await.port());
    let cases = [
        (place.fronted(&good, None).await, "", "its certificate is from nobody who is trusted here"),
        (
            place.fronted(&stranger.certify("localhost"), None).await,
            trusting,
            "from nobody who is trusted here",
        ),
        (elsewhere, trusting, "its certificate is for another name"),
        (place.fronted(&place.authority.certify_the_past("localhost"), None).await, trusting, "has expired"),
        (format!("https://localhost:{}", place.server.port()), trusting, "is not TLS"),
    ];
    place.write("load.yaml", LOAD);
    for (url, tls, told) in cases {
        place.target(&url, tls);
        for scenario in ["typing.yaml", "load.yaml"] {
            let ran = place.run(&["--scenario", scenario]).await;
            assert_eq!(ran.status, 3, "{told}: {}", ran.said);
            assert!(ran.said.contains(told), "{told}, {scenario}: {}", ran.said);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_checks_is_told_of_in_every_report() {
    let place = Place::new("insecure", &[]).await;
    let url = place.fronted(&Authority::new("somebody else").certify("another.example"), None).await;
    place.target(&url, "tls: {insecure: true}\n");
    let ran = place.run(&["--scenario", "typing.yaml"]).await;
    assert_eq!(ran.status, 0, "{}", ran.said);
    assert!(ran.said.contains("whose certificate is not checked"), "{}", ran.said);
    place.write("load.yaml", LOAD);
    let told = || {
        let files = std::fs::read_dir(place.folder.join("out")).unwrap().map(|file| file.unwrap().path());
        let read = |path: &PathBuf| std::fs::read_to_string(path).unwrap();
        let reports = files.filter(|path| {
            path.extension()
                .is_some_and(|kind| ["json", "html", "xml", "tap", "md"].iter().any(|one| kind == *one))
        });
        reports.map(|path| (path.clone(), read(&path))).collect::<Vec<_>>()
    };
    let silent = |files: &[(PathBuf, String)]| -> Vec<PathBuf> {
        let of_the_run = files.iter().filter(|(path, text)| !text.is_empty() && !has_no_place(path));
        let silent = of_the_run.filter(|(_, text)| !text.contains("certificate is not checked"));
        silent.map(|(path, _)| path.clone()).collect()
    };
    assert_eq!(silent(&told()), Vec::<PathBuf>::new());
    let ran = place.run(&["--scenario", "load.yaml"]).await;
    assert!(ran.status == 0 && ran.said.contains("certificate is not checked"), "{}", ran.said);
    assert_eq!(silent(&told()), Vec::<PathBuf>::new());
}

/// A badge is a word, and a list of what is wrong says nothing of the run.
fn has_no_place(report: &Path) -> bool {
    report.ends_with("badge.json") || report.ends_with("codequality.json")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_may_want_a_certificate_of_its_clients() {
    let place = Place::new("clients", &[]).await;
    let url = place.fronted(&place.authority.certify("localhost"), Some(&place.authority)).await;
    let own = place.authority.certify("client");
    place.write("client.pem", &own.certificate);
    place.write("client.key", &own.key);
    place.write("load.yaml", LOAD);
    place.target(&url, "tls: {ca: ca.pem, cert: client.pem, key: client.key}\n");
    for scenario in ["typing.yaml", "load.yaml"] {
        let ran = place.run(&["--scenario", scenario]).await;
        assert_eq!(ran.status, 0, "{scenario}: {}", ran.said);
    }
    place.target(&url, "tls: {ca: ca.pem}\n");
    let ran = place.run(&["--scenario", "typing.yaml"]).await;
    assert!(ran.status == 3 && ran.said.contains("it wants a certificate of the client"), "{}", ran.said);
    place.target(&url, "tls: {ca: ca.pem, cert: ca.pem}\n");
    let ran = place.run(&["--scenario", "typing.yaml"]).await;
    assert!(ran.status == 2 && ran.said.contains("needs both, `cert` and `key`"), "{}", ran.said);
    place.target(&url, "tls: {ca: missing.pem}\n");
    let ran = place.run(&["--scenario", "typing.yaml"]).await;
    assert!(
        ran.status == 2 && ran.said.contains("missing.pem") && ran.said.contains("target.yaml:5"),
        "{}",
        ran.said
    );
    place.target("http://localhost:1", "tls: {ca: ca.pem}\n");
    let ran = place.run(&["--scenario", "typing.yaml"]).await;
    assert!(ran.status == 2 && ran.said.contains("write https://"), "{}", ran.said);
}
