//! Scratch: renders a report.json again.
fn main() {
    let path = std::env::args().nth(1).expect("a folder");
    let text = std::fs::read_to_string(format!("{path}/report.json")).expect("a report");
    let report = serde_json::from_str(&text).expect("a report");
    let clock = std::time::Instant::now();
    let html = harness::report::html::render(&report);
    eprintln!("{} bytes in {:?}", html.len(), clock.elapsed());
    std::fs::write(format!("{path}/report.html"), html).expect("written");
}
