//! The whole suite on the embedded reference server, through the command line, at the strictest level: every case, every
//! snapshot, every clause. It stands here because `cargo insta` looks for snapshots in the folders of test targets.

use clap::Parser;
use harness::cli::{Cli, main};

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_keeps_every_clause_of_every_document() {
    let reports = std::env::temp_dir().join(format!("harness-suite-{}", std::process::id()));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
    let flags = ["harness", "--level", "may", "--min-coverage", "100", "--scenarios", folder, "--reports"];
    let status =
        main(Cli::parse_from(flags.into_iter().map(Into::into).chain([reports.clone().into_os_string()])))
            .await;
    assert_eq!(status, 0, "the report above says why");
    let written = std::fs::read_to_string(reports.join("report.json")).unwrap();
    assert!(written.contains("\"verdict\": \"passed\""));
    std::fs::remove_dir_all(reports).unwrap();
}
