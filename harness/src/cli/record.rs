//! `harness record`: a proxy until somebody ends it, and then a scenario.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::net::{TcpListener, TcpStream};

use super::interrupt::Interrupts;
use super::job::{named, target_of};
use super::{Cli, Trouble};
use crate::external::External;
use crate::streams::{errln, outln};
use capture::{self, Recording, Story, Told, Written};
use language::contract::Contract;
use language::duration;
use language::problem::Problem;
use language::target::{Target, TokenSource};
use results::verdict;
use results::whole;
use wire::client::Address;

/// How long the server may take to be there.
const REACH_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub(super) struct Record {
    /// The real server: its URL, or a target file
    #[arg(long, value_name = "URL|FILE")]
    target: String,
    /// The scenario to write; a file that is there already is not touched
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The dialect that is spoken [default: that of the target file, else told by the names of the events]
    #[arg(long, value_name = "NAME")]
    dialect: Option<String>,
    /// Where clients are to connect; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    listen: String,
    /// End the recording after this time [default: on Ctrl-C]
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    lasts: Option<Duration>,
    /// How long the server has to be silent before the next thing a client says is passed on
    #[arg(long, value_name = "TIME", default_value = "50ms", value_parser = time)]
    settle: Duration,
    /// Do not show what passes
    #[arg(long, short)]
    quiet: bool,
}

fn time(text: &str) -> Result<Duration, String> {
    duration::parse(text).ok_or_else(|| "a time such as 50ms or 30s".to_owned())
}

impl Cli {
    /// Records until it is ended, and writes the scenario.
    pub(super) async fn record(&self, flags: &Record) -> Result<u8, Trouble> {
        let target = target_of(&flags.target)?;
        let upstream = Address::parse(&target.url).map_err(|why| {
            Problem::bare(format!("{:?} cannot be recorded: {why}", target.url))
                .hint("write the URL of the server: http://127.0.0.1:3000")
        })?;
        if upstream.secure {
            let why =
                format!("a recording of {} would have to show the certificate of somebody else", target.url);
            return Err(Problem::bare(why)
                .hint("record where the server speaks http://, behind what ends TLS for it")
                .into());
        }
        check_out(&flags.out)?;
        let known: Vec<Arc<Contract>> = self.library()?.contracts()?.into_iter().map(Arc::new).collect();
        let dialect = flags.dialect.as_ref().or(target.dialect.as_ref());
        let contract = dialect.map(|name| named(&known, name)).transpose()?;
        let listener = TcpListener::bind(&flags.listen).await.map_err(|error| {
            Problem::bare(format!("cannot listen at {}: {error}", flags.listen))
                .hint("choose another port, or 127.0.0.1:0 for a free one")
        })?;
        let _started = match &target.start {
            Some(_) => Some(External::new(target.clone(), 1.0).await?),
            None => None,
        };
        reach(&upstream).await?;
        let secret = match &target.token {
            TokenSource::Secret(secret) => Some(secret.clone()),
            _ => None,
        };
        let quiet = flags.quiet;
        let tell = move |line: &str| {
            if !quiet {
                outln!("  {}", short(line, super::width().saturating_sub(2)));
            }
        };
        let recording = Recording::start(listener, upstream, flags.settle, secret, Box::new(tell))
            .map_err(|error| Problem::bare(format!("cannot listen at {}: {error}", flags.listen)))?;
        let address = recording.address;
        let end = match flags.lasts {
            Some(lasts) => format!("the recording ends after {} s, or with Ctrl-C", lasts.as_secs_f64()),
            None => "Ctrl-C ends the recording".to_owned(),
        };
        outln!("recording {}: let your clients connect to http://{address} instead; {end}", target.url);
        until_ended(flags.lasts).await;
        let (story, lost) = recording.end();
        let guessed = contract.is_none();
        let contract = contract.or_else(|| capture::guess(&story, &known));
        let status = finish(flags, &target, story, contract.as_deref(), guessed)?;
        match lost {
            Some(why) => Err(Trouble::Unreachable(why)),
            None if status == verdict::COULD_NOT_RUN => {
                errln!("error: nothing was seen at http://{address}, so nothing is written");
                Ok(status)
            }
            None => Ok(status),
        }
    }
}

/// What cannot be written is better known before the recording than after it.
fn check_out(out: &Path) -> Result<(), Problem> {
    if out.exists() {
        return Err(Problem::bare(format!("{} is there already", out.display()))
            .hint("choose another name, or delete it first"));
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder {
        Some(folder) if !folder.is_dir() => Err(Problem::bare(format!(
            "{} cannot be written: there is no folder {}",
            out.display(),
            folder.display()
        ))),
        _ => Ok(()),
    }
}

async fn reach(upstream: &Address) -> Result<(), Trouble> {
    let dial = TcpStream::connect((upstream.host.as_str(), upstream.port));
    let why = match tokio::time::timeout(REACH_WITHIN, dial).await {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", REACH_WITHIN.as_secs()),
    };
    Err(Trouble::Unreachable(format!(
        "no TCP connection to {upstream}: {why}; is the server running, and is this its address?"
    )))
}

/// Until the time is over, or somebody wants it to end; who wants it twice does not wait for the file.
async fn until_ended(lasts: Option<Duration>) {
    let mut interrupts = Interrupts::new();
    tokio::select! {
        () = interrupts.next() => {}
        () = async {
            match lasts {
                Some(lasts) => tokio::time::sleep(lasts).await,
                None => std::future::pending().await,
            }
        } => {}
    }
    tokio::spawn(async move {
        interrupts.next().await;
        std::process::exit(i32::from(verdict::STOPPED));
    });
}

/// Writes the file, and says what to do next.
fn finish(
    flags: &Record,
    target: &Target,
    story: Story,
    contract: Option<&Contract>,
    guessed: bool,
) -> Result<u8, Trouble> {
    let title = format!("recorded on {}", jiff::Timestamp::now().strftime("%Y-%m-%d at %H:%M UTC"));
    let Some(written) = capture::write(story, Told { title: &title, contract }) else {
        return Ok(verdict::COULD_NOT_RUN);
    };
    whole::replace(&flags.out, &written.text)
        .map_err(|error| Trouble::Internal(format!("cannot write {}: {error}", flags.out.display())))?;
    outln!("\n{}", summary(flags, &written));
    for remark in &written.remarks {
        outln!("  - {remark}");
    }
    next(flags, target, contract, guessed);
    Ok(verdict::PASSED)
}

fn summary(flags: &Record, written: &Written) -> String {
    let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "{}: {} of {}, {}, {} captured",
        flags.out.display(),
        many(written.steps, "step"),
        many(written.actors, "actor"),
        many(written.expected, "expectation"),
        many(written.captures, "id"),
    )
}

fn next(flags: &Record, target: &Target, contract: Option<&Contract>, guessed: bool) {
    let Some(contract) = contract else {
        outln!(
            "No contract knows these events, so the file names no dialect. To replay it, write a contract of this"
        );
        outln!("system (scenarios/dialects/ has five to start from) and name it: --dialect NAME.");
        return;
    };
    if guessed {
        outln!("By its events this is {}; if it is not, record again with --dialect NAME.", contract.dialect);
    }
    outln!(
        "Read it: what is literal has to be the same in every run, what is a matcher may differ. Then replay it:"
    );
    let out = flags.out.display();
    outln!("  harness --scenario {out} --target {} --dialect {}", flags.target, contract.dialect);
    if contract.token.is_some() && matches!(target.token, TokenSource::Unsaid) {
        outln!(
            "Tokens are made anew for that: set JWT_SECRET to what the server checks them with, or name a target file"
        );
        outln!("with `token: {{secret: …}}` or `token: {{command: …}}`.");
    }
}

/// A line that fits.
fn short(line: &str, width: usize) -> String {
    match line.char_indices().nth(width) {
        Some(_) => line.chars().take(width.saturating_sub(1)).chain(['…']).collect(),
        None => line.to_owned(),
    }
}
