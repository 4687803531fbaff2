//! Where something is told: what everybody heard in one finding, and what comes late in the step it belongs to.

use std::sync::{Arc, Mutex};

use harness::embedded::Embedded;
use reference_server::Fault;
use results::record::{Direction, Kind, Outcome};

use super::authoring::Folder;
use super::contracts::{Behind, cases, judged_at, judged_by};

#[tokio::test(flavor = "multi_thread")]
async fn what_all_heard_in_a_step_is_one_finding() {
    let folder = Folder::new("broadcast");
    folder.write(
        "scenarios/crm/broadcast.yaml",
        "scenario: broadcast\nlevel: must\nrooms: {lobby: [ana, bo, cy]}\nusers: {mallory: {}}\nsteps:\n  \
         - ana, bo: join\n  - {repeat: 1, do: [{ana: {send: hello}}, {bo: hears nothing}]}\n",
    );
    // Neither who has not joined nor a stranger should hear it.
    let mut embedded = Embedded::new(0.2);
    embedded.options.faults = [Fault::LeakToStranger].into_iter().collect();
    let records = judged_by(embedded, "crm", cases(&folder, "crm", &[])).await;
    let found: Vec<_> =
        records[0].findings.iter().map(|found| (found.kind, found.message.as_str())).collect();
    let message = "newMessage was emitted to everyone: ana, bo, cy and mallory heard it";
    assert_eq!(found, [(Kind::Broadcast, message)]);
    assert_eq!(records[0].findings[0].follows.len(), 2, "{:#?}", records[0].findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_ack_stands_in_the_step_that_asked_for_it() {
    let folder = Folder::new("late-ack");
    folder.write(
        "scenarios/crm/late.yaml",
        "scenario: late\nlevel: must\nrooms: {lobby: [ana, bo]}\nsteps:\n  - ana, bo: join\n  \
         - ana: {type: lobby}\n  - ana: ping\n",
    );
    // Keeps the ack of typing, which may be left out, until the next thing is acked.
    let kept: Arc<Mutex<Option<String>>> = Arc::default();
    let change = move |packet: &str| {
        let packet = packet.to_owned();
        if packet.starts_with("43") && packet.ends_with("[{\"success\":true}]") {
            *kept.lock().unwrap() = Some(packet);
            return Vec::new();
        }
        let late = if packet.contains("\"pong\"") { kept.lock().unwrap().take() } else { None };
        late.into_iter().chain([packet]).collect()
    };
    let records = judged_at(Behind::new("crm", change).await, cases(&folder, "crm", &[])).await;
    assert_eq!(records[0].outcome, Outcome::Passed, "{:#?}", records[0].findings);
    let heard = records[0].transcript.iter().filter(|entry| {
        entry.actor == "ana" && entry.direction == Direction::In && entry.name.contains("ack of")
    });
    let heard: Vec<_> = heard.map(|entry| (entry.step, entry.name.as_str())).collect();
    assert_eq!(heard, [(1, "the ack of joinChat"), (2, "the ack of typing"), (3, "the ack of ping")]);
    assert!(records[0].transcript.is_sorted_by_key(|entry| entry.step), "{:#?}", records[0].transcript);
}
