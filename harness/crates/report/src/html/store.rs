//! The pages of all cases, packed: deflated, in base 64, one for each, unpacked by the script when it is asked for.
//! Hundreds of diagrams would make a document of tens of megabytes, of which few are ever looked at.

use std::io::Write;

use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use maud::{Markup, html};

use super::{case, words};
use results::record::Report;

/// All of them.
pub(super) fn pages(report: &Report) -> Markup {
    html! {
        @for (index, record) in report.cases.iter().enumerate() {
            script type="application/octet-stream" data-page=(words::case_anchor(&record.id)) {
                (packed(&case::page(report, index).into_string()))
            }
        }
    }
}

fn packed(page: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to a vector cannot fail.
    let _written = encoder.write_all(page.as_bytes());
    BASE64.encode(&encoder.finish().unwrap_or_default())
}
